import { union } from '../gif/rect.js'
import type { Rect } from '../gif/types.js'
import { Canvas } from './canvas.js'
import { readRows, toWords } from './rows.js'
import type { Apng } from './types.js'

/** One frame as it is shown. */
export interface Shown {
  /** The whole canvas; overwritten by the next frame. */
  readonly pixels: Uint32Array
  /** Outside of this nothing changed since the frame before. */
  readonly changed: Rect
  /** Whether viewers may have rounded colours differently on the way here. */
  readonly isMixed: boolean
}

/** Plays an animation of up to 8 bits once. @throws BrokenImageError when a frame does not decode */
export function* play({ layout, frames }: Apng): Generator<Shown> {
  const canvas = new Canvas(layout.width, layout.height)
  for (const frame of frames) {
    const { width, height, data } = frame
    const disposed = canvas.settle()
    canvas.draw(frame, toWords(readRows(data, layout, width, height), layout, width, height))
    yield { pixels: canvas.pixels, changed: union(disposed, frame), isMixed: canvas.isMixed }
  }
}

/** The picture for readers without animation, where it is none of the frames. @throws BrokenImageError */
export function readStill({ layout, still }: Apng): Uint32Array | null {
  const { width, height } = layout
  return still && toWords(readRows(still, layout, width, height), layout, width, height)
}
