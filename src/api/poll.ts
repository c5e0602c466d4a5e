import type { Format } from '../types.js'

/** What is known of a job's length before it is done. */
export interface Pace {
  /** First look, in milliseconds after it began. */
  readonly shortestMs: number
  readonly longestMs: number
}

const documents: ReadonlySet<Format> = new Set(['pdf', 'docx', 'pptx', 'xlsx'])
const plainImages: ReadonlySet<Format> = new Set(['jpeg', 'png', 'gif'])

// The service's typical times: JPEG, PNG and GIF 1 to 3 s, other images 2 to 5 s, documents 3 to 10 s. It suggests looking
// every 1 to 2 s, 2 to 3 s and 3 to 5 s, and every 5 to 10 s for files above 50 MB.
const large = 50_000_000

export function paceOf(format: Format, size: number): Pace {
  if (size > large) return { shortestMs: 3000, longestMs: 8000 }
  if (documents.has(format)) return { shortestMs: 1000, longestMs: 4000 }
  return plainImages.has(format) ? { shortestMs: 400, longestMs: 1500 } : { shortestMs: 600, longestMs: 2500 }
}

/**
 * How long to wait before the next look. A quarter of the job's age: whatever a job takes, it is found out within a
 * quarter more, with a number of looks that grows with the logarithm of its length.
 * @param ageMs Since the job was submitted, or since it was seen to run.
 */
export function pollDelay({ shortestMs, longestMs }: Pace, ageMs: number): number {
  return Math.min(longestMs, Math.max(shortestMs, ageMs / 4))
}
