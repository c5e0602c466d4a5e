import { colourError } from './colour.js'
import { Player } from './composite.js'
import { parseGif } from './decode.js'
import { isEmpty, union } from './rect.js'
import type { Gif, Rect } from './types.js'

/**
 * Whether two GIFs show the same: screen, repetitions, number of frames, delays, and every pixel of every frame to
 * within `lossy` ({@link colourError}; 0 for the very same). Transparent pixels must always match.
 * @throws BrokenGifError when either does not decode
 */
export function showsTheSame(source: Gif, result: Uint8Array, lossy: number): boolean {
  const other = parseGif(result)
  if (source.width !== other.width || source.height !== other.height || source.loop !== other.loop) return false
  if (source.frames.length !== other.frames.length) return false
  const first = new Player(source)
  const second = new Player(other)
  for (const [number, frame] of source.frames.entries()) {
    if (frame.delay !== other.frames[number]?.delay) return false
    if (frame.waitsForUser !== other.frames[number]?.waitsForUser) return false
    // Outside of what either touched, both are as they were when last compared.
    const changed = union(first.next(), second.next())
    if (!samePixels(first.screen.pixels, second.screen.pixels, source.width, changed, lossy)) return false
  }
  return true
}

/** Compares two screens within a rectangle. */
function samePixels(a: Uint32Array, b: Uint32Array, stride: number, rect: Rect, lossy: number): boolean {
  if (isEmpty(rect)) return true
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const start = y * stride + rect.x
    for (let at = start; at < start + rect.width; at++) {
      if (a[at] !== b[at] && !closeEnough(a[at] as number, b[at] as number, lossy)) return false
    }
  }
  return true
}

/** Whether one pixel word may stand for another. */
export function closeEnough(a: number, b: number, lossy: number): boolean {
  return a === b || (a !== 0 && b !== 0 && lossy > 0 && colourError(a, b) <= lossy)
}
