import type { Facts } from '../inspect/facts.js'
import type { Format, KeptReason } from '../types.js'
import type { Settings } from './settings.js'

/** The formats that have a codec here. */
export type CompressibleFormat = Extract<
  Format,
  'jpeg' | 'png' | 'gif' | 'webp' | 'avif' | 'svg' | 'tiff' | 'bmp' | 'ico'
>

/** One file to work on, with what its header says. */
export interface Work {
  readonly bytes: Uint8Array
  readonly facts: Facts
  readonly settings: Settings
}

/** Bytes that could ship instead. Whoever asked still checks them against the source. */
export interface Candidate {
  readonly bytes: Uint8Array
  /** SSIMULACRA2 score against the source: 100 when no pixel changed, `null` when nothing was measured. */
  readonly quality: number | null
  /** Whether every pixel is meant to equal the source's. */
  readonly exact: boolean
}

/**
 * Looks for fewer bytes of the same format. It may offer candidates that turn out larger, and throws
 * {@link UnreadableError} when the source does not decode.
 */
export type Codec = (work: Work) => Promise<readonly Candidate[] | KeptReason>

/** The source cannot be decoded without a warning, so nothing is known about what it shows. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError'
}

/** Points to aim higher by where a profile stretches what differs: numbers that scored 80 looked like 78. */
const PROFILE_MARGIN = 2

/** The finest aim that is one; 100 is the very same pixels. */
const FINEST_AIM = 99

/**
 * The same work with the score to reach over the stored numbers, which is what codecs measure, so that the picture as
 * shown, through its own colour profile, reaches what was asked for.
 */
export function aimed(work: Work): Work {
  const { target } = work.settings
  if (target === 'lossless' || target >= FINEST_AIM || !mayStretch(work.facts.colour)) return work
  return { ...work, settings: { ...work.settings, target: Math.min(FINEST_AIM, target + PROFILE_MARGIN) } }
}

/** Whether colours are said by a profile, or by primaries of their own. A gamma alone is part of what is measured. */
function mayStretch(colour: string): boolean {
  return colour.startsWith('icc:') || /^gamma:\d+\//.test(colour)
}

/** A candidate that changes no pixel. */
export function exact(bytes: Uint8Array): Candidate {
  return { bytes, quality: 100, exact: true }
}

/** What an encoder makes, or `null` when it cannot: one candidate less is no reason to lose the others. */
export async function attempt<T>(encode: () => Promise<T> | T): Promise<T | null> {
  try {
    return await encode()
  } catch {
    return null
  }
}

/** The values that are there. */
export function present<T>(values: readonly (T | null)[]): T[] {
  return values.filter((value): value is T => value !== null)
}
