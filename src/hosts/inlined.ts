import type { default as MagicString, SourceMap } from 'magic-string'
import type { Asset, Receipt } from '../types.js'
import { relativeTo } from '../util/path.js'
import { type DataUri, findDataUris, mayHoldDataUri } from './data-uri.js'
import type { AssetSession } from './host.js'

/** A text that may hold inlined files, and how the report names it. */
export interface InlineText {
  readonly text: string
  /** Path of the module or page, relative to the project root. */
  readonly path: string
  /** What makes its lines in the report one of a kind: the project root, or a page's output folder. */
  readonly place: string
}

/** Makes the files inlined in a text smaller. `undefined` when nothing changes. */
export async function shrinkInlined(input: InlineText, session: AssetSession): Promise<MagicString | undefined> {
  const { text, path, place } = input
  const uris = findDataUris(text)
  const settled = await Promise.all(uris.map((uri, index) => session.settle(assetOf(uri, path, index), place)))
  if (!settled.some(Boolean)) return undefined
  const { default: MagicString } = await import('magic-string')
  const edited = new MagicString(text)
  for (const [index, uri] of uris.entries()) {
    const bytes = settled[index]
    if (!bytes) continue
    const better = uri.write(bytes)
    if (better.length < uri.end - uri.start) edited.overwrite(uri.start, uri.end, better)
  }
  return edited.hasChanged() ? edited : undefined
}

/** The module `id` with the files inlined in it smaller, as a `transform` hook gives it back. */
export async function shrinkModule(
  code: string,
  id: string,
  root: string,
  session: AssetSession,
): Promise<{ code: string; map: SourceMap } | undefined> {
  if (!session.inline || !mayHoldDataUri(code)) return undefined
  const path = relativeTo(root, id.replace(/[?#].*$/s, ''))
  const edited = await shrinkInlined({ text: code, path, place: root }, session)
  return edited && { code: edited.toString(), map: edited.generateMap({ hires: 'boundary', source: id }) }
}

/** What there is to tell of a file. */
interface Untold {
  readonly file: Pick<Asset, 'path' | 'source' | 'origin'>
  readonly receipt: Receipt
}

/** A session for files that are settled before it is known which output they are part of. */
export interface Reticent {
  readonly session: AssetSession
  /** Tells what there was to tell since it was last asked. */
  speak(place: string): void
}

export function reticent(session: AssetSession): Reticent {
  let untold: Untold[] = []
  return {
    session: {
      ...session,
      async settle(asset) {
        const { bytes, receipt } = await session.shrink(asset)
        if (receipt) untold.push({ file: asset, receipt })
        return bytes
      },
    },
    speak(place) {
      for (const { file, receipt } of untold) session.tell(file, place, receipt)
      untold = []
    },
  }
}

/** One text can hold many files, which are told apart by their number. */
function assetOf({ bytes }: DataUri, path: string, index: number): Asset {
  return { path: index === 0 ? path : `${path}#${index + 1}`, source: path, origin: 'inline', bytes }
}
