import type { Engine } from '../engine/engine.js'
import type { AssetSettings, Format } from '../types.js'
import type { Maker } from './work.js'

/** The engines of a session. */
export interface Makers {
  readonly all: readonly Maker[]
  /** All formats that one of them works on. */
  readonly formats: readonly Format[]
  /** Whose job a file is: the first engine's, unless only the other one takes it. */
  of(format: Format, settings: AssetSettings): Maker
  /** Who goes on when a maker cannot at all. */
  standInFor(maker: Maker, format: Format, settings: AssetSettings): Maker | undefined
}

/** The engine besides the first one. */
export interface Fallback {
  readonly maker: Maker
  /** Whether it goes on when the first one cannot at all. */
  readonly isStandIn: boolean
}

export function createMakers(first: Maker, fallback: Fallback | null): Makers {
  const all = fallback === null ? [first] : [first, fallback.maker]
  return {
    all,
    formats: [...new Set(all.flatMap(({ engine }) => engine.formats))],
    of: (format, settings) => all.find(({ engine }) => takes(engine, format, settings)) ?? first,
    standInFor(maker, format, settings) {
      if (maker !== first || !fallback?.isStandIn) return undefined
      return takes(fallback.maker.engine, format, settings) ? fallback.maker : undefined
    },
  }
}

/** Whether an engine takes a file under these settings. */
export function takes(engine: Engine, format: Format, settings: AssetSettings): boolean {
  return engine.formats.includes(format) && engine.relevant?.(settings, format) !== null
}
