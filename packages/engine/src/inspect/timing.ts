import type { Facts } from './facts.js'

/** How pictures follow one another, as `Facts` has it. */
export type Timing = Pick<Facts, 'frames' | 'loop' | 'delays'>

/** One picture that does not move. */
export const still: Timing = { frames: 1, loop: null, delays: [] }

/** One delay in milliseconds per frame; a single frame is a still image, whatever its delay. */
export function animation(delays: readonly number[], loop: number): Timing {
  return delays.length > 1 ? { frames: delays.length, loop, delays } : still
}
