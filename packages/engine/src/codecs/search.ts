/** What to look for and within which bounds. */
export interface Search {
  readonly target: number
  /** Encoder qualities to choose from, and the first to try. */
  readonly min: number
  readonly max: number
  readonly start: number
  /** Most encodes. */
  readonly steps: number
  /** Score points that one step of quality is worth; default {@link SLOPE}. */
  readonly slope?: number | undefined
  /** Score of a quality; it must not fall as quality rises, but for noise. */
  measure(quality: number): Promise<number>
}

/** A quality that reaches the target, and the score it was measured at. */
export interface Found {
  readonly quality: number
  readonly score: number
}

/** Score points that one step of encoder quality is worth around the middle of the scale (measured over photos). */
const SLOPE = 0.85

/** Near enough above the target: one more encode would save less than it costs. */
const TOLERANCE = 0.6

/**
 * The smallest quality found that reaches the target within `steps` encodes, or `null`. Every guess follows the line
 * through the last two measurements, kept inside what earlier ones left open.
 */
export async function searchQuality(search: Search): Promise<Found | null> {
  const { target, min, max, steps, slope = SLOPE } = search
  let below = min - 1
  let above = max + 1
  let best: Found | null = null
  let last: Found | null = null
  let quality = Math.min(max, Math.max(min, search.start))
  for (let step = 0; step < steps && above - below > 1; step += 1) {
    const point: Found = { quality, score: await search.measure(quality) }
    if (point.score >= target) {
      best = point
      above = quality
      if (point.score - target <= TOLERANCE) break
    } else {
      below = quality
    }
    quality = Math.min(above - 1, Math.max(below + 1, guess(point, last, target, slope)))
    last = point
  }
  return best
}

function guess(point: Found, last: Found | null, target: number, usual: number): number {
  const measured = last === null ? usual : (point.score - last.score) / (point.quality - last.quality)
  const slope = Number.isFinite(measured) ? Math.min(usual * 2.4, Math.max(usual * 0.3, measured)) : usual
  // Aim a little above: a guess that falls short costs a whole encode.
  return Math.round(point.quality + (target + TOLERANCE / 2 - point.score) / slope)
}

/** Where the target is likely to be reached, from a single measurement; whoever asks looks at the result again. */
export async function guessQuality({ target, min, max, start, slope = SLOPE, measure }: Search): Promise<Found> {
  const score = await measure(start)
  const quality = Math.ceil(start + (target + TOLERANCE / 2 - score) / slope)
  return { quality: Math.min(max, Math.max(min, quality)), score }
}
