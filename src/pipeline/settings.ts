import type { ResolvedOptions } from '../options.js'
import type { AssetSettings, Format, Scale, Wish } from '../types.js'
import { createMatcher, type Paths } from '../util/match.js'

/** How a file is to be treated: under these settings, or not at all. */
export type Treatment = AssetSettings | 'off'

/** Says how a file of a format is to be treated, as far as its paths tell. Equal settings are one and the same object. */
export type SettingsOf = (format: Format, paths: Paths) => Treatment

/** Makes the function that finds a file's settings: those of its format, then each override that matches. */
export function createSettingsOf({ formats, overrides }: Pick<ResolvedOptions, 'formats' | 'overrides'>): SettingsOf {
  const rules = overrides.map(({ files, settings }) => ({ matches: createMatcher(files), settings }))
  const byFormat = new Map<Format, Treatment>()
  for (const [format, settings] of Object.entries(formats))
    byFormat.set(format as Format, settings ? intern(settings) : 'off')
  return (format, paths) => {
    let settings = byFormat.get(format) ?? 'off'
    for (const { matches, settings: more } of rules) {
      if (settings !== 'off' && matches(paths)) settings = intern({ ...settings, ...more })
    }
    return settings
  }
}

/** What an import asks for, on top of what the options say. What is off stays off. */
export function withWish(treatment: Treatment, wish: Wish): Treatment {
  return wish === 'off' || treatment === 'off' ? 'off' : intern({ ...treatment, quality: wish })
}

/**
 * The treatment that does least to a file, where several are asked for: left alone before changed, lossless before lossy,
 * the higher quality, the most metadata and the most pixels kept. The effort of the first decides, as it promises the
 * same.
 */
export function safest(treatments: readonly [Treatment, ...Treatment[]]): Treatment {
  return treatments.reduce(safer)
}

function safer(a: Treatment, b: Treatment): Treatment {
  if (a === b || a === 'off' || b === 'off') return a === b ? a : 'off'
  const quality = a.quality === 'lossless' || b.quality === 'lossless' ? 'lossless' : Math.max(a.quality, b.quality)
  const metadata = mostKept.find((kind) => kind === a.metadata || kind === b.metadata) ?? a.metadata
  return intern({ effort: a.effort, quality, metadata, resize: largest(a.resize, b.resize) })
}

const mostKept = ['all', 'safe', 'none'] as const

/** The scale that leaves more pixels. Of a longest edge and a percentage neither does for every image. */
function largest(a: Scale | undefined, b: Scale | undefined): Scale | undefined {
  if (a === undefined || b === undefined) return undefined
  if ('percent' in a) return 'percent' in b ? { percent: Math.max(a.percent, b.percent) } : undefined
  return 'longestEdge' in b ? { longestEdge: Math.max(a.longestEdge, b.longestEdge) } : undefined
}

const interned = new Map<string, AssetSettings>()

/** One object for all settings that say the same, so that what is made of settings is made once. */
function intern({ quality, effort, metadata, resize }: AssetSettings): AssetSettings {
  const id = `${quality} ${effort} ${metadata} ${JSON.stringify(resize)}`
  const known = interned.get(id) ?? { quality, effort, metadata, ...(resize && { resize }) }
  interned.set(id, known)
  return known
}
