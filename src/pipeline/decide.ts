import { extensionsOf, type Format } from '@compress-fast/engine/sniff'
import { digestOf } from '../cache/key.js'
import type { ResolvedOptions } from '../options.js'
import { qualityName, wishOf } from '../resolve-options.js'
import type { Asset, AssetSettings, Wish } from '../types.js'
import { extensionOf, relativeTo } from '../util/path.js'
import { createSelect, type KeepReason } from './select.js'
import { safest, type Treatment, withWish } from './settings.js'
import type { Warnings } from './warnings.js'
import type { Wishes } from './wishes.js'

/** What is to be done with an asset, once the options and its imports have had their say. */
export type Decision =
  | {
      readonly kind: 'compress'
      readonly format: Format
      readonly settings: AssetSettings
      readonly digest: string
      /** The quality that imports ask for, where that is not what the options say. */
      readonly asked?: string | undefined
    }
  | { readonly kind: 'keep'; readonly format: Format | null; readonly reason: KeepReason }
  | { readonly kind: 'ignore' }

export interface Decisions {
  decide(asset: Asset): Decision
  /** What the value of a `?compress=` means. One without a meaning is told, and leaves the file alone. */
  wishOf(value: string, importer: string): Wish
}

/** What decisions are made from. */
export interface DecisionParts {
  readonly options: ResolvedOptions
  readonly root: string
  /** What the engine can work on. */
  readonly formats: readonly Format[]
  readonly wishes: Wishes
  readonly warnings: Warnings
}

export function createDecisions({ options, root, formats, wishes, warnings }: DecisionParts): Decisions {
  const select = createSelect(options, formats)
  return { decide, wishOf: understand }

  function decide(asset: Asset): Decision {
    const selection = select(asset)
    if (selection.kind !== 'compress') return selection
    const { format, settings, isCompromise } = selection
    const digest = digestOf(asset.bytes)
    const wanted = asset.wish === undefined ? wishes.of(digest) : [asset.wish]
    const [first = settings, ...others] = wanted.map((wish) => withWish(settings, wish))
    const treatment = safest([first, ...others])
    if (isCompromise || others.some((other) => other !== first)) warnOfCompromise(asset, treatment)
    if (treatment === 'off') return { kind: 'keep', format, reason: 'excluded' }
    warnOfExtension(asset, format)
    const asked = treatment === settings ? undefined : String(qualityName(treatment.quality))
    return { kind: 'compress', format, settings: treatment, digest, ...(asked !== undefined && { asked }) }
  }

  function understand(value: string, importer: string): Wish {
    const wish = wishOf(value)
    if (wish !== undefined) return wish
    const message = `\`?compress=${value.slice(0, 40)}\` in ${relativeTo(root, importer)} has no meaning.`
    const hint = "The file ships as it is. Known are 'off', 'lossless', 'high', 'balanced', 'small' and 1 to 100."
    warnings.add('UNKNOWN_QUERY', message, hint)
    return 'off'
  }

  function warnOfCompromise({ path, source, alsoFrom = [] }: Asset, treatment: Treatment): void {
    const names = [...new Set([source ?? path, ...alsoFrom])].join(' and ')
    const taken = treatment === 'off' ? 'is left alone' : `ships at quality ${qualityName(treatment.quality)}`
    const message = `Different things are asked for of ${names}, which became one file: it ${taken}, the safest of them.`
    warnings.add('CONFLICTING_SETTINGS', message, 'Ask for the same in every place.')
  }

  function warnOfExtension({ path, origin }: Asset, format: Format): void {
    if (origin === 'inline' || extensionsOf(format).includes(extensionOf(path))) return
    const message = `${path} is a ${format} file by its content.`
    warnings.add('WRONG_EXTENSION', message, 'It was treated as what it is. Rename the source to match.')
  }
}
