import type { Effort } from '../types.js'
import { deflateBest } from './deflate.js'
import { dictsOf, type Model } from './model.js'
import { rewrite } from './rewrite.js'
import { withoutUnused } from './truetype.js'
import { Stream } from './values.js'

/** Embedded TrueType fonts. */
export function findFonts({ objects, resolve }: Model): Set<Stream> {
  const fonts = new Set<Stream>()
  for (const { dict } of dictsOf(objects.values())) {
    const font = resolve(dict.get('FontFile2'))
    if (font instanceof Stream) fonts.add(font)
  }
  return fonts
}

/** Packs a font without the tables that readers of PDFs do not use. Whether it did: not all fonts have such. */
export async function packFont(stream: Stream, data: Uint8Array, effort: Effort): Promise<boolean> {
  const lean = withoutUnused(data)
  const raw = lean && (await deflateBest(lean, effort))
  if (lean === null || raw === null || raw.length >= stream.raw.length) return false
  rewrite(stream, raw, 'FlateDecode', null)
  stream.dict.set('Length1', lean.length)
  return true
}
