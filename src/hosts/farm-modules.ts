import type { PluginTransformHookParam, PluginTransformHookResult } from '@farmfe/core'
import { takeCompressQuery } from './compress-query.js'
import { mayHoldDataUri } from './data-uri.js'
import type { FileBuild } from './farm-files.js'
import { type Line, listenTo } from './farm-memory.js'
import { pathOf } from './farm-names.js'
import { shrinkInlined } from './inlined.js'

/** Works on the files that are inlined in a module, and learns which modules stand for files. */
export async function transformModule(
  module: PluginTransformHookParam,
  { session, root, memory }: FileBuild,
): Promise<PluginTransformHookResult | undefined> {
  const { content, moduleId } = module
  const taken = takeCompressQuery(moduleId)
  const path = pathOf(moduleId)
  const address = session.wants(path) ? addressIn(module) : undefined
  if (address !== undefined) {
    memory.add(moduleId, { address })
    return taken && { content: withoutQuery(content, address) }
  }
  const lines: Line[] = []
  const edited = session.inline && mayHoldDataUri(content) ? await shrink() : undefined
  memory.add(moduleId, { lines })
  return edited && { content: edited.toString(), sourceMap: edited.generateMap({ hires: 'boundary' }).toString() }

  function shrink(): ReturnType<typeof shrinkInlined> {
    const wish = taken && session.wishOf(taken.value, `an import of ${path}`)
    return shrinkInlined(
      { text: content, path, place: root },
      listenTo(session, (line) => lines.push(line), wish),
    )
  }
}

/** The address of a file that is all a module exports, for browsers as it is and for Node.js in a `new URL()`. */
function addressIn({ content, moduleType }: PluginTransformHookParam): string | undefined {
  if (moduleType !== 'js') return undefined
  const [, address] = /export default [^"]*"([^"]*)"[^"]*$/.exec(content) ?? []
  return address?.startsWith('data:') ? undefined : address
}

/** Farm gives the address the query of the import. */
function withoutQuery(code: string, address: string): string {
  const taken = takeCompressQuery(address)
  return taken ? code.replace(JSON.stringify(address), () => JSON.stringify(taken.specifier)) : code
}
