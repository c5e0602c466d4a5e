import type { Asset, Receipt } from '../types.js'
import { inlinedTypes } from './data-uri.js'
import type { AssetSession, Shrunk } from './host.js'
import { shrinkInlined } from './inlined.js'
import type { Module } from './webpack-compiler.js'

// Loaders that inline files on their own (url-loader and its like) leave code that exports a data URI.

const exportsUri = new RegExp(
  `^\\s*(?:export default|module\\.exports\\s*=)\\s*(["'])data:(?:${inlinedTypes})[^"']*\\1;?\\s*$`,
)

/** Whether a module is code that is nothing but a file. */
export function isWritten({ type }: Module, content: Buffer): boolean {
  return type.startsWith('javascript') && exportsUri.test(content.toString())
}

/** Makes the file smaller in the code that holds it. */
export async function shrinkWritten(
  { bytes, source }: Asset & { source: string },
  session: AssetSession,
): Promise<Shrunk> {
  let receipt: Receipt | undefined
  const settle: AssetSession['settle'] = async (asset) => {
    const shrunk = await session.shrink(asset)
    receipt = shrunk.receipt
    return shrunk.bytes
  }
  const text = Buffer.from(bytes).toString()
  const edited = await shrinkInlined({ text, path: source, place: '' }, { ...session, settle })
  return { bytes: edited && Buffer.from(edited.toString()), receipt }
}
