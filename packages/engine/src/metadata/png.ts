import { crc32 } from 'node:zlib'
import { concatBytes, latin1, latin1Bytes, u32be } from '../inspect/bytes.js'
import { type PngChunk, pngSignature, readPngChunks } from '../inspect/png-chunks.js'
import { pngColour, pngColourChunks } from '../inspect/png-colour.js'
import type { Metadata } from '../types.js'
import { type ExifChange, keptExif, sameExif } from './credit.js'

/** Compiled 9-patch data of Android: without it a picture stretches wrongly. */
const ninePatchChunks = ['npTc', 'npLb', 'npOl']
const textChunks = ['tEXt', 'zTXt', 'iTXt']
const creditKeywords = ['Author', 'Copyright']

/**
 * Marks a file whose pixels were changed to save bytes, so that it is not done again. Ancillary, private, and not to be
 * copied by programs that change pixels (PNG 5.4).
 */
const markChunk = 'cfQZ'

/** Taken out of the encoded file before the source's own go in. */
export const replacedChunks: ReadonlySet<string> = new Set<string>([
  ...pngColourChunks,
  ...ninePatchChunks,
  ...textChunks,
  markChunk,
  'eXIf',
  'pHYs',
  'tIME',
])

/**
 * `encoded` with the metadata of `source` that the policy keeps, and no other. `'none'`: orientation, 9-patch data,
 * and what says how colours are to be read unless it says sRGB in so many words. `'safe'`: artist, author and copyright too. `'all'`:
 * every colour, text, time, density and EXIF chunk as it is. No pixel is touched; both are expected to hold the same
 * colour numbers. @throws BrokenImageError when either is incomplete
 */
export function writePngChunks(
  encoded: Uint8Array,
  source: Uint8Array,
  policy: Metadata,
  change: ExifChange = sameExif,
): Uint8Array {
  const [header, ...rest] = readPngChunks(encoded).chunks.filter(({ type }) => !replacedChunks.has(type))
  const before = readPngChunks(source).chunks
  const mark = before.filter(({ type }) => type === markChunk).slice(0, 1)
  const kept = [...keptChunks(before, policy, change), ...mark.map(({ raw }) => raw)]
  // All of them may stand in front of PLTE and IDAT, and those about colour have to (PNG 5.6).
  const parts = [header?.raw ?? new Uint8Array(), ...kept, ...rest.map(({ raw }) => raw)]
  return concatBytes([latin1Bytes(pngSignature), ...parts])
}

/** `png` with a mark that its pixels were changed. */
export function markPng(png: Uint8Array): Uint8Array {
  const end = png.length - writeChunk('IEND', new Uint8Array()).length
  return concatBytes([png.subarray(0, end), writeChunk(markChunk, new Uint8Array()), png.subarray(end)])
}

/** Whether a file has that mark. @throws BrokenImageError when it is incomplete */
export function isMarkedPng(png: Uint8Array): boolean {
  return readPngChunks(png).chunks.some(({ type }) => type === markChunk)
}

function keptChunks(source: readonly PngChunk[], policy: Metadata, change: ExifChange): Uint8Array[] {
  const all = policy === 'all'
  const one = (type: string): PngChunk[] => source.filter((chunk) => chunk.type === type).slice(0, 1)
  const colour = all || saysColour(source) ? pngColourChunks.flatMap(one) : []
  const texts = source.filter((chunk) => textChunks.includes(chunk.type) && (all || isCredit(chunk, policy)))
  const extras = all ? [...one('pHYs'), ...one('tIME')] : []
  const exif = keptExif(one('eXIf')[0]?.data ?? null, policy, change)
  return [
    ...[...colour, ...ninePatchChunks.flatMap(one), ...extras].map(({ raw }) => raw),
    ...(exif ? [writeChunk('eXIf', exif)] : []),
    ...texts.map(({ raw }) => raw),
  ]
}

/**
 * Whether colours would be read otherwise without the chunks about them. A gamma alone that stands for sRGB is not quite
 * its curve, and some readers take it at its word.
 */
function saysColour(source: readonly PngChunk[]): boolean {
  if (pngColour(source, isGrey(source)) !== 'srgb') return true
  const has = (type: string) => source.some((chunk) => chunk.type === type)
  return has('gAMA') && !has('sRGB') && !has('iCCP') && !has('cICP')
}

/** Colour types 0 and 4 have one colour channel. */
function isGrey([header]: readonly PngChunk[]): boolean {
  return ((header?.data[9] ?? 0) & 3) === 0
}

function isCredit({ data }: PngChunk, policy: Metadata): boolean {
  // A keyword has up to 79 bytes and ends at a zero.
  return policy === 'safe' && creditKeywords.includes(latin1(data, 0, 80).split('\0', 1)[0] ?? '')
}

/** Length, type, data and checksum. */
export function writeChunk(type: string, data: Uint8Array): Uint8Array {
  const body = concatBytes([latin1Bytes(type), data])
  return concatBytes([u32be(data.length), body, u32be(crc32(body))])
}
