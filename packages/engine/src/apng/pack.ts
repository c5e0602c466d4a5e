import { deflateSync } from 'node:zlib'
import type { Rect } from '../gif/types.js'
import { filterPng, type Samples, unwrapPng } from '../pdf/png-container.js'
import type { Effort } from '../types.js'
import type { Storage } from './layout.js'
import type { Step } from './plan.js'
import { readRows } from './rows.js'
import { type Apng, type ApngFrame, type Blend, blend, type PngLayout, samplesPerPixel } from './types.js'

/** Two ways to draw a frame are both packed when the worse is at most this much larger after a quick deflate. */
const CLOSE = 1.03

/** Filtered rows of these samples in the smallest zlib stream at hand, `null` when the encoder fails. */
async function packRows(samples: Samples, effort: Effort): Promise<Uint8Array | null> {
  const png = await filterPng(samples, effort)
  return (png && unwrapPng(png)?.data) ?? null
}

/** Frames that stay what they are, each one's rows filtered and packed anew. @throws BrokenImageError */
export async function repackFrames(apng: Apng, effort: Effort): Promise<Apng> {
  const { layout, still } = apng
  const repack = async (data: Uint8Array, { width, height }: Pick<Rect, 'width' | 'height'>): Promise<Uint8Array> => {
    const samples = { ...shapeOf(layout, width, height), data: readRows(data, layout, width, height) }
    const packed = await packRows(samples, effort)
    return packed !== null && packed.length < data.length ? packed : data
  }
  const frames: ApngFrame[] = []
  for (const frame of apng.frames) frames.push({ ...frame, data: await repack(frame.data, frame) })
  return { ...apng, frames, still: still && (await repack(still, layout)) }
}

/** How the pixels of a step are drawn: over what is there, unless that cannot say it or takes more bytes. */
export async function packStep(
  step: Step,
  storage: Storage,
  effort: Effort,
): Promise<{ blend: Blend; data: Uint8Array } | null> {
  const source = samplesFor(step, storage, false)
  const over = storage.hasTransparent && canLieOver(step, storage) ? samplesFor(step, storage, true) : source
  const ways: { blend: Blend; samples: Samples }[] = [{ blend: blend.source, samples: source }]
  if (Buffer.compare(over.data, source.data) !== 0) ways.push({ blend: blend.over, samples: over })
  const quick = ways.map(({ samples }) => deflateSync(samples.data, { level: 6 }).length)
  const least = Math.min(...quick)
  let best: { blend: Blend; data: Uint8Array } | null = null
  for (const [i, way] of ways.entries()) {
    if (ways.length > 1 && (quick[i] ?? 0) > least * CLOSE) continue
    const data = await packRows(way.samples, effort)
    if (data !== null && (best === null || data.length < best.data.length)) best = { blend: way.blend, data }
  }
  return best
}

/** A picture of the animation's size that lies on nothing. */
export function packStill(shown: Uint32Array, storage: Storage, effort: Effort): Promise<Uint8Array | null> {
  const { width, height } = storage.layout
  const rect = { x: 0, y: 0, width, height }
  return packRows(samplesFor({ shown, base: shown, rect }, storage, false), effort)
}

function shapeOf({ bits, colourType }: PngLayout, width: number, height: number): Omit<Samples, 'data'> {
  return { width, height, bits, components: samplesPerPixel(colourType) }
}

type Drawn = Pick<Step, 'shown' | 'base' | 'rect'>

/** Whether every pixel that changes hides what is below it. */
function canLieOver({ shown, base, rect }: Drawn, { layout }: Storage): boolean {
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const start = y * layout.width + rect.x
    for (let at = start; at < start + rect.width; at++) {
      const word = shown[at] ?? 0
      if (word !== base[at] && word >>> 24 !== 255 && (base[at] ?? 0) >>> 24 !== 0) return false
    }
  }
  return true
}

/** A rectangle's samples; with `isOver`, transparent wherever nothing changes. */
function samplesFor({ shown, base, rect }: Drawn, { layout, samplesOf }: Storage, isOver: boolean): Samples {
  const shape = shapeOf(layout, rect.width, rect.height)
  const row = Math.ceil((rect.width * shape.bits * shape.components) / 8)
  const data = new Uint8Array(row * rect.height)
  const bitsPerPixel = shape.bits * shape.components
  for (let y = 0; y < rect.height; y++) {
    const from = (rect.y + y) * layout.width + rect.x
    for (let x = 0; x < rect.width; x++) {
      const word = shown[from + x] ?? 0
      const samples = samplesOf(isOver && word === base[from + x] ? 0 : word)
      const at = x * bitsPerPixel
      const byte = y * row + (at >> 3)
      if (bitsPerPixel >= 8) data.set(samples, byte)
      else data[byte] = (data[byte] ?? 0) | ((samples[0] ?? 0) << (8 - bitsPerPixel - (at & 7)))
    }
  }
  return { ...shape, data }
}
