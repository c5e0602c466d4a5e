import { parseResize, RESIZE_VALUES, type Resize, type Scale } from '../resize/size.js'
import type { Effort, Metadata, Quality } from '../types.js'

/** What a job aims at, with every question answered. */
export interface Settings {
  /** A SSIMULACRA2 score from 1 to 100, or no changed pixel at all. */
  readonly target: number | 'lossless'
  readonly effort: Effort
  readonly metadata: Metadata
  /** How far pictures are scaled down; they keep their size without it. */
  readonly resize?: Scale | undefined
}

/** What callers may leave open. */
export interface SettingsInput {
  readonly quality?: Quality | undefined
  readonly effort?: Effort | undefined
  readonly metadata?: Metadata | undefined
  /** Pictures keep their size unless this is set. */
  readonly resize?: Resize | undefined
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
  const settings = { target: resolveTarget(input.quality ?? 'balanced'), effort, metadata }
  return input.resize === undefined ? settings : { ...settings, resize: resolveResize(input.resize) }
}

/** @throws {TypeError} as {@link resolveSettings}. */
export function resolveResize(resize: unknown): Scale {
  const scale = parseResize(resize)
  if (scale === undefined) throw new TypeError(`resize must be ${RESIZE_VALUES}, not ${shown(resize)}`)
  return scale
}

function resolveTarget(quality: Quality): number | 'lossless' {
  if (quality === 'lossless') return quality
  if (typeof quality === 'string' && Object.hasOwn(LEVELS, quality)) return LEVELS[quality]
  if (typeof quality === 'number' && quality >= 1 && quality <= 100) return quality
  const allowed = "'lossless', 'high', 'balanced', 'small' or a number from 1 to 100"
  throw new TypeError(`quality must be ${allowed}, not ${shown(quality)}`)
}

function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  return typeof value === 'string' ? `'${value}'` : String(value)
}
