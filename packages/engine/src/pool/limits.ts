import { totalmem } from 'node:os'
import type { Facts } from '../inspect/facts.js'

/** Most pixels of one canvas: imgproxy's default, and about what a 50-megapixel camera makes. */
export const MAX_PIXELS = 50e6

/** An animation may hold this many times `maxPixels` over all its frames. */
const FRAMES_FACTOR = 10

const MIB = 2 ** 20

/**
 * Whether a file is within bounds, told by its header alone: canvas up to `maxPixels`, all frames together up to ten
 * times that. An SVG has no pixels of its own and is rendered at a bounded size, so it always is.
 */
export function withinPixels(facts: Facts, maxPixels: number): boolean {
  if (facts.format === 'svg') return true
  const canvas = facts.width * facts.height
  return canvas <= maxPixels && canvas * Math.max(1, facts.frames) <= maxPixels * FRAMES_FACTOR
}

/** Bytes of one child with its codecs loaded and no job. */
const CHILD_BASE = 100 * MIB

/** Largest part of a picture that is scored at once, in pixels, and what a score takes for each. */
const SCORED_PIXELS = 4e6
const SCORE_FACTOR = 120

/** Peak bytes per pixel of decoding and encoding, by format. */
const FACTORS: Partial<Record<Facts['format'], number>> = { jpeg: 16, png: 32, gif: 16, webp: 32, avif: 48 }

/** About how much memory a job takes at its peak, in bytes. Meant to be too high rather than too low. */
export function estimateMemory(facts: Facts, size: number): number {
  if (facts.format === 'svg') return CHILD_BASE + 128 * MIB + size * 60
  const canvas = facts.width * facts.height
  // GIF frames are composited one after the other; other animations are decoded as one tall picture.
  const decoded = facts.format === 'gif' ? canvas : canvas * Math.max(1, facts.frames)
  const scored = Math.min(decoded, SCORED_PIXELS) * SCORE_FACTOR
  return CHILD_BASE + decoded * (FACTORS[facts.format] ?? 48) + scored + size * 4
}

/** Half of the machine's memory, at most 2 GiB. */
export function defaultMemoryBudget(): number {
  return Math.min(totalmem() / 2, 2048 * MIB)
}

/**
 * Longest time for a job in milliseconds: a minute, and ten seconds per megapixel, some three times what the slowest
 * path (a true-colour PNG at full effort) takes on one slow core.
 */
export function defaultDeadline(facts: Facts): number {
  const megapixels = facts.format === 'svg' ? 0 : (facts.width * facts.height * Math.max(1, facts.frames)) / 1e6
  return Math.round(60_000 + 10_000 * megapixels)
}
