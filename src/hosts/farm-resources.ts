import type { JsPlugin, Resource } from '@farmfe/core'
import { claim, type FileBuild, settleFile } from './farm-files.js'
import { cleanNames, type NamedFile, renameIn } from './farm-names.js'

/** What Farm is about to write, by name, as its plugins see it: every byte is a number. */
export type Resources = Record<string, Resource>

/** Whether a plugin looks at what ships, as those do that compress, hash and list files. */
export function looksAtResources({ finalizeResources, writeResources }: JsPlugin): boolean {
  return finalizeResources !== undefined || writeResources !== undefined
}

/** Whether one of Farm's plugins in machine code does, which do not say what they look at. */
export function isPrecompressor(path: string): boolean {
  return /[\\/]plugin-compress\b/.test(path)
}

/** Swaps resources for smaller ones. Farm takes what is returned into its cache. */
export async function settleResources(resources: Resources, build: FileBuild): Promise<Resources> {
  const clean = cleanNames(Object.values(resources).map(namedOf))
  return Object.fromEntries(await Promise.all(Object.values(resources).map(settle)))

  async function settle(resource: Resource): Promise<[string, Resource]> {
    const name = clean.get(resource.name) ?? resource.name
    const bytes = (await shrink(resource)) ?? sheetIn(resource)
    return [name, { ...resource, name, bytes: bytes ? Array.from(bytes) : resource.bytes }]
  }

  async function shrink(resource: Resource): Promise<Uint8Array | undefined> {
    // What counts as emitted became part of another resource, and is not written.
    if (resource.emitted || !claim(resource.name, build)) return undefined
    const { bytes, receipt } = await settleFile(namedOf(resource), Uint8Array.from(resource.bytes), build)
    if (bytes && receipt) build.memory.addReceipt(receipt)
    return bytes
  }

  function sheetIn({ resourceType, bytes }: Resource): Uint8Array | undefined {
    return resourceType === 'css' && clean.size > 0 ? renameIn(Uint8Array.from(bytes), clean) : undefined
  }
}

function namedOf({ name, origin }: Resource): NamedFile {
  return { name, moduleId: origin.type === 'Module' ? origin.value : undefined }
}
