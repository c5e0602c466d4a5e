import type { Work } from '../codecs/codec.js'
import { decode, type Pixels } from '../codecs/pixels.js'
import { open, openRaw } from '../codecs/sharp.js'
import { inspect } from '../inspect/index.js'
import type { ExifChange } from '../metadata/credit.js'
import { describeResized } from '../metadata/exif-size.js'
import { writeJpegMetadata } from '../metadata/jpeg.js'
import { writePngChunks } from '../metadata/png.js'
import { writeWebpMetadata } from '../metadata/webp.js'
import { resizedFrames, resizedPng } from './resample.js'
import type { Size } from './size.js'

/** A resized picture, stored as well as its format can, for a codec to work on as if it were the source. */
export interface Resized {
  readonly work: Work
  /** Its pixels, where the format could not store them as they are; `null` where it did. */
  readonly pixels: Pixels | null
}

/** Makes what a codec gets in place of a larger source. @throws {UnreadableError} when that does not decode. */
export async function resizeSource(work: Work, size: Size): Promise<Resized> {
  const { bytes, facts, settings } = work
  const scaled = settings.resize !== undefined && 'percent' in settings.resize
  const change = describeResized(size, scaled)
  if (facts.frames > 1) return { work: await storeAnimation(work, size, change), pixels: null }
  const picture = await resizedPng(bytes, facts, size)
  switch (facts.format) {
    case 'jpeg':
      return { work: await storeJpeg(work, picture, change), pixels: await decode(picture) }
    case 'webp':
      return { work: await storeWebp(work, picture, change), pixels: null }
    case 'avif':
      return { work: storeForAvif(work, picture, change, size), pixels: null }
    default:
      return { work: of(work, writePngChunks(picture, bytes, settings.metadata, change)), pixels: null }
  }
}

/** The finest that a JPEG can be. It scores 97 and more against the pixels that it was made of. */
async function storeJpeg(work: Work, picture: Uint8Array, change: ExifChange): Promise<Work> {
  const image = open(picture)
  const options = { quality: 100, chromaSubsampling: '4:4:4' }
  const encoded = await (work.facts.model === 'grey' ? image.toColourspace('b-w') : image).jpeg(options).toBuffer()
  return of(work, writeJpegMetadata(encoded, work.bytes, work.settings.metadata, change))
}

async function storeWebp(work: Work, picture: Uint8Array, change: ExifChange): Promise<Work> {
  const encoded = await open(picture).webp({ lossless: true, effort: 1, exact: true }).toBuffer()
  return of(work, writeWebpMetadata(encoded, work.bytes, work.settings.metadata, change))
}

/** Of a lossy animation another one may be made, and its codec goes by how the source was stored. */
async function storeAnimation(work: Work, size: Size, change: ExifChange): Promise<Work> {
  const { bytes, facts, settings } = work
  const pixels = await resizedFrames(bytes, facts, size)
  const timing = { loop: facts.loop ?? 0, delay: [...facts.delays] }
  const options = { lossless: true, effort: 4, exact: true, ...timing }
  const encoded = await openRaw({ ...pixels, pageHeight: size.height })
    .webp(options)
    .toBuffer()
  const stored = of(work, writeWebpMetadata(encoded, bytes, settings.metadata, change))
  return { ...stored, facts: { ...stored.facts, lossless: facts.lossless } }
}

/**
 * The encoder's lossless AVIF takes as long as all the rest, and the codec can as well read a PNG. What shall not stay is
 * left out here, as the codec's `'none'` would leave out the mark of a percentage too.
 */
function storeForAvif(work: Work, picture: Uint8Array, change: ExifChange, size: Size): Work {
  const { facts, settings } = work
  const bytes = writePngChunks(picture, picture, settings.metadata, change)
  const metadata = settings.metadata === 'none' ? 'safe' : settings.metadata
  return { bytes, facts: { ...facts, ...size }, settings: { ...settings, metadata } }
}

/** The work with other bytes, whose facts are their own. */
function of(work: Work, bytes: Uint8Array): Work {
  const facts = inspect(bytes, work.facts.format)
  if (facts === null) throw new Error(`no reader for ${work.facts.format}`)
  return { ...work, bytes, facts }
}
