import { canonicalJson, digestOf } from '../cache/key.js'
import type { Engine } from '../engine/engine.js'
import type { Pattern, ResolvedOptions } from '../options.js'
import type { AssetSettings } from '../types.js'

/** What names and identities are made of, so that they change when other bytes may ship. */
export interface Salts {
  /** A digest over a source and whatever could make it ship as other bytes. */
  nameDigest(digest: string, settings: AssetSettings): string
  /** A digest over whatever could make any source ship as other bytes. */
  readonly settingsDigest: string
}

export function createSalts(options: ResolvedOptions, { id, version }: Pick<Engine, 'id' | 'version'>): Salts {
  const engine = { id, version }
  const { base, formats, overrides, include, exclude, minSize, minSavings } = options
  const spelled = new Map<AssetSettings, string>()
  const texts = (patterns: readonly Pattern[]) => patterns.map(String)
  const rules = overrides.map(({ files, settings }) => ({ files: texts(files), settings }))
  const choice = { overrides: rules, include: texts(include), exclude: texts(exclude), minSize, minSavings }
  return {
    nameDigest(digest, settings) {
      const salt = spelled.get(settings) ?? canonicalJson({ settings, minSavings, engine })
      spelled.set(settings, salt)
      return digestOf(Buffer.from(salt + digest))
    },
    settingsDigest: digestOf(Buffer.from(canonicalJson({ base, formats, ...choice, engine }))),
  }
}
