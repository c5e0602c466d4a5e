import type { Effort, Metadata, Quality } from '../types.js'

/** What a job aims at, with every question answered. */
export interface Settings {
  /** A SSIMULACRA2 score from 1 to 100, or no changed pixel at all. */
  readonly target: number | 'lossless'
  readonly effort: Effort
  readonly metadata: Metadata
}

/** What callers may leave open. */
export interface SettingsInput {
  readonly quality?: Quality | undefined
  readonly effort?: Effort | undefined
  readonly metadata?: Metadata | undefined
}

/** Scores as the authors of SSIMULACRA2 describe them: 90 unseen in a flicker test, 80 side by side, 70 with effort. */
const LEVELS: Record<'high' | 'balanced' | 'small', number> = { high: 90, balanced: 80, small: 70 }

const EFFORTS: ReadonlySet<unknown> = new Set<Effort>(['fast', 'balanced', 'max'])
const POLICIES: ReadonlySet<unknown> = new Set<Metadata>(['safe', 'all', 'none'])

/**
 * Fills in `quality: 'balanced'`, `effort: 'balanced'` and `metadata: 'safe'`.
 *
 * @throws {TypeError} naming the argument that is none of its allowed values.
 */
export function resolveSettings(input: SettingsInput): Settings {
  const { effort = 'balanced', metadata = 'safe' } = input
  if (!EFFORTS.has(effort)) throw new TypeError(`effort must be 'fast', 'balanced' or 'max', not ${shown(effort)}`)
  if (!POLICIES.has(metadata)) throw new TypeError(`metadata must be 'safe', 'all' or 'none', not ${shown(metadata)}`)
  return { target: resolveTarget(input.quality ?? 'balanced'), effort, metadata }
}

function resolveTarget(quality: Quality): number | 'lossless' {
  if (quality === 'lossless') return quality
  if (typeof quality === 'string' && Object.hasOwn(LEVELS, quality)) return LEVELS[quality]
  if (typeof quality === 'number' && quality >= 1 && quality <= 100) return quality
  const allowed = "'lossless', 'high', 'balanced', 'small' or a number from 1 to 100"
  throw new TypeError(`quality must be ${allowed}, not ${shown(quality)}`)
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}
