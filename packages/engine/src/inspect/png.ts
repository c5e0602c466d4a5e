import { BrokenImageError } from './broken.js'
import type { Facts, Trait } from './facts.js'
import { orientationOf } from './orientation.js'
import { type PngChunk, readPngChunks } from './png-chunks.js'
import { pngColour } from './png-colour.js'
import { Reader } from './reader.js'
import { animation, still, type Timing } from './timing.js'
import { hasTrailingData } from './trailing.js'

/** Reads a PNG chunk by chunk. @throws BrokenImageError when it is incomplete or a checksum is wrong. */
export function inspectPng(bytes: Uint8Array): Facts {
  const { chunks, end } = readPngChunks(bytes)
  const header = readHeader(chunks)
  const has = (type: string): boolean => chunks.some((chunk) => chunk.type === type)
  if (header.model === 'palette' && !has('PLTE')) throw new BrokenImageError('png', 'no palette')
  const exif = chunks.find((chunk) => chunk.type === 'eXIf')?.data
  return {
    format: 'png',
    width: header.width,
    height: header.height,
    ...(has('acTL') ? readTiming(chunks, header) : still),
    alpha: header.alpha || has('tRNS'),
    bitDepth: header.model === 'palette' ? 8 : header.bitDepth,
    model: header.model,
    orientation: orientationOf(exif, 'png'),
    colour: pngColour(chunks, header.model === 'grey'),
    lossless: true,
    traits: new Set<Trait>([
      ...(has('acTL') ? (['apng'] as const) : []),
      ...(has('npTc') ? (['nine-patch'] as const) : []),
      ...(hasTrailingData(bytes, end) ? (['trailing-data'] as const) : []),
    ]),
  }
}

interface Header {
  readonly width: number
  readonly height: number
  readonly bitDepth: number
  readonly model: 'grey' | 'rgb' | 'palette'
  readonly alpha: boolean
}

/** Colour types and the bit depths that each may have (PNG table 11.1). */
const colourTypes: Readonly<Record<number, Pick<Header, 'model' | 'alpha'> & { depths: readonly number[] }>> = {
  0: { model: 'grey', alpha: false, depths: [1, 2, 4, 8, 16] },
  2: { model: 'rgb', alpha: false, depths: [8, 16] },
  3: { model: 'palette', alpha: false, depths: [1, 2, 4, 8] },
  4: { model: 'grey', alpha: true, depths: [8, 16] },
  6: { model: 'rgb', alpha: true, depths: [8, 16] },
}

/** A side has 31 bits (PNG 11.2.1). */
const longestSide = 0x7fffffff

function readHeader([first]: readonly PngChunk[]): Header {
  const reader = new Reader(first?.data ?? new Uint8Array(), 'png')
  const width = reader.u32be()
  const height = reader.u32be()
  const bitDepth = reader.u8()
  const type = colourTypes[reader.u8()]
  const methods = [reader.u8(), reader.u8(), reader.u8()]
  if (width === 0 || height === 0 || Math.max(width, height) > longestSide) throw reader.broken('no pixels')
  if (!type?.depths.includes(bitDepth)) throw reader.broken('a colour type that does not exist')
  if (methods[0] !== 0 || methods[1] !== 0 || (methods[2] ?? 0) > 1) throw reader.broken('an unknown method')
  return { width, height, bitDepth, model: type.model, alpha: type.alpha }
}

/** Frames of an animated PNG. A still picture that is shown only by other readers is not among them. */
function readTiming(chunks: readonly PngChunk[], canvas: Header): Timing {
  const control = new Reader(chunks.find((chunk) => chunk.type === 'acTL')?.data ?? new Uint8Array(), 'png')
  const frames = control.u32be()
  const plays = control.u32be()
  const delays = chunks.filter((chunk) => chunk.type === 'fcTL').map((chunk) => readFrame(chunk, canvas))
  if (frames === 0 || delays.length !== frames) {
    throw control.broken(`${delays.length} of ${frames} animation frames`)
  }
  return animation(delays, plays)
}

/** A frame's milliseconds; told in seconds as a fraction, whose denominator 0 means 100. It has to lie on the canvas. */
function readFrame({ data }: PngChunk, canvas: Header): number {
  const reader = new Reader(data, 'png', 4)
  const [width, height, left, top] = [reader.u32be(), reader.u32be(), reader.u32be(), reader.u32be()]
  const fits = left + width <= canvas.width && top + height <= canvas.height
  if (!fits) throw reader.broken('a frame that is not on the canvas')
  const numerator = reader.u16be()
  return (numerator * 1000) / (reader.u16be() || 100)
}
