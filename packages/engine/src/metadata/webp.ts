import { concatBytes, latin1Bytes, u24le, u32le } from '../inspect/bytes.js'
import { colourOfIcc } from '../inspect/icc.js'
import { type RiffChunk, readRiff } from '../inspect/riff.js'
import { inspectWebp } from '../inspect/webp.js'
import { type WebpMetadata, webpFlag, webpMetadata } from '../inspect/webp-metadata.js'
import type { Metadata } from '../types.js'
import { type ExifChange, keptExif, sameExif } from './credit.js'

const managedChunks = new Set(['VP8X', 'ICCP', 'EXIF', 'XMP '])

/**
 * `encoded` with the metadata of `source` that the policy keeps, and no other. `'none'`: orientation, and the colour
 * profile unless it says sRGB. `'safe'`: artist and copyright too. `'all'`: profile, EXIF and XMP as they are. The
 * extended header comes, goes and is set as that takes. No pixel is touched; both are expected to hold the same colour
 * numbers. @throws BrokenImageError when either is incomplete
 */
export function writeWebpMetadata(
  encoded: Uint8Array,
  source: Uint8Array,
  policy: Metadata,
  change: ExifChange = sameExif,
): Uint8Array {
  const picture = readRiff(encoded).chunks.filter(({ type }) => !managedChunks.has(type))
  const kept = chosen(webpMetadata(readRiff(source).chunks), policy, change)
  const header = extendedHeader(encoded, picture.length === 1, kept)
  const body = [
    ...(header ? [header] : []),
    ...optional('ICCP', kept.icc),
    ...picture,
    ...optional('EXIF', kept.exif),
    ...optional('XMP ', kept.xmp),
  ]
  const written = concatBytes(body.flatMap(writeChunk))
  return concatBytes([latin1Bytes('RIFF'), u32le(written.length + 4), latin1Bytes('WEBP'), written])
}

function chosen({ icc, exif, xmp }: WebpMetadata, policy: Metadata, change: ExifChange): WebpMetadata {
  const kept = keptExif(exif, policy, change)
  if (policy === 'all') return { icc, exif: kept, xmp }
  return { icc: icc && colourOfIcc(icc) !== 'srgb' ? icc : null, exif: kept, xmp: null }
}

function optional(type: string, data: Uint8Array | null): RiffChunk[] {
  return data ? [{ type, data }] : []
}

/** The VP8X chunk; `null` when one plain picture is all there is, which does without (RFC 9649, 2.5 to 2.7). */
function extendedHeader(encoded: Uint8Array, single: boolean, kept: WebpMetadata): RiffChunk | null {
  const facts = inspectWebp(encoded)
  if (single && !kept.icc && !kept.exif && !kept.xmp) return null
  const [first] = readRiff(encoded).chunks
  const flags =
    (first?.type === 'VP8X' ? (first.data[0] ?? 0) & webpFlag.animation : 0) |
    (facts.alpha ? webpFlag.alpha : 0) |
    (kept.icc ? webpFlag.icc : 0) |
    (kept.exif ? webpFlag.exif : 0) |
    (kept.xmp ? webpFlag.xmp : 0)
  const sides = [u24le(facts.width - 1), u24le(facts.height - 1)]
  return { type: 'VP8X', data: concatBytes([Uint8Array.of(flags, 0, 0, 0), ...sides]) }
}

function writeChunk({ type, data }: RiffChunk): Uint8Array[] {
  return [latin1Bytes(type), u32le(data.length), data, new Uint8Array(data.length & 1)]
}
