import { BrokenImageError } from '../inspect/broken.js'
import { concatBytes } from '../inspect/bytes.js'
import { type PngChunk, readPngChunks } from '../inspect/png-chunks.js'
import { Reader } from '../inspect/reader.js'
import type { Apng, ApngFrame, Blend, Disposal, PngLayout } from './types.js'

/**
 * Takes an animated PNG apart (PNG third edition, 11.3.6). No pixel is decoded. `null` for an interlaced one.
 * @throws BrokenImageError when its frames contradict each other or the header
 */
export function parseApng(bytes: Uint8Array): Apng | null {
  const { chunks } = readPngChunks(bytes)
  const find = (type: string): Uint8Array => chunks.find((chunk) => chunk.type === type)?.data ?? new Uint8Array()
  const header = find('IHDR')
  if (header[12] !== 0) return null
  const control = new Reader(find('acTL'), 'png')
  const count = control.u32be()
  const plays = control.u32be()
  const layout = readLayout(header, find('PLTE'), find('tRNS'))
  const { frames, still } = readFrames(chunks, layout)
  if (frames.length !== count || count === 0) throw broken(`${frames.length} of ${count} animation frames`)
  return { layout, plays, frames, still }
}

function readLayout(header: Uint8Array, palette: Uint8Array, transparency: Uint8Array): PngLayout {
  const reader = new Reader(header, 'png')
  const [width, height, bits, colourType] = [reader.u32be(), reader.u32be(), reader.u8(), reader.u8()]
  return { width, height, bits, colourType, palette, transparency }
}

interface Open {
  readonly control: Omit<ApngFrame, 'data'>
  readonly parts: Uint8Array[]
}

/** Frames in order. Picture data before the first frame control is the still picture. */
function readFrames(chunks: readonly PngChunk[], layout: PngLayout): { frames: ApngFrame[]; still: Uint8Array | null } {
  const frames: Open[] = []
  const still: Uint8Array[] = []
  let sequence = 0
  const expect = (found: number): void => {
    if (found !== sequence++) throw broken('animation chunks out of order')
  }
  for (const { type, data } of chunks) {
    if (type === 'fcTL') {
      const reader = new Reader(data, 'png')
      expect(reader.u32be())
      frames.push({ control: readControl(reader, layout), parts: [] })
    } else if (type === 'fdAT') {
      const reader = new Reader(data, 'png')
      expect(reader.u32be())
      frames.at(-1)?.parts.push(data.subarray(4))
    } else if (type === 'IDAT') {
      if (frames.length > 1) throw broken('image data behind the first frame')
      const parts = frames[0]?.parts ?? still
      parts.push(data)
    }
  }
  const first = frames[0]?.control
  const isWhole = first && first.width === layout.width && first.height === layout.height
  if (still.length === 0 && !isWhole) throw broken('a first frame smaller than the picture')
  return {
    frames: frames.map(({ control, parts }) => ({ ...control, data: dataOf(parts) })),
    still: still.length > 0 ? concatBytes(still) : null,
  }
}

function dataOf(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 0) throw broken('a frame without data')
  return concatBytes(parts)
}

function readControl(reader: Reader, layout: PngLayout): Omit<ApngFrame, 'data'> {
  const [width, height, x, y] = [reader.u32be(), reader.u32be(), reader.u32be(), reader.u32be()]
  const delay = reader.take(4)
  const [disposal, blend] = [reader.u8(), reader.u8()]
  const fits = width > 0 && height > 0 && x + width <= layout.width && y + height <= layout.height
  if (!fits) throw broken('a frame outside of the picture')
  if (!isDisposal(disposal) || !isBlend(blend)) throw broken('an unknown way to draw a frame')
  return { x, y, width, height, delay, disposal, blend }
}

function isDisposal(value: number): value is Disposal {
  return value <= 2
}

function isBlend(value: number): value is Blend {
  return value <= 1
}

function broken(why: string): BrokenImageError {
  return new BrokenImageError('png', why)
}
