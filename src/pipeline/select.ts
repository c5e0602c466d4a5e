import { type Format, isLfsPointer, sniff } from '@compress-fast/engine/sniff'
import type { ResolvedOptions } from '../options.js'
import type { Asset, AssetSettings } from '../types.js'
import { extensionOf } from '../util/path.js'
import { createMatcher, createSettingsOf, type Paths, safest, type Treatment } from './settings.js'

/** What is to be done with an asset, before anything is known about its bytes beyond their kind. */
export type Selection =
  | {
      readonly kind: 'compress'
      readonly format: Format
      readonly settings: AssetSettings
      /** Whether the sources of the file ask for different things, and the safest of them was taken. */
      readonly isCompromise: boolean
    }
  /** Left as it is, and named in the report. */
  | { readonly kind: 'keep'; readonly format: Format | null; readonly reason: KeepReason }
  /** Not the kind of file this is about. */
  | { readonly kind: 'ignore' }

export type KeepReason =
  /** `include` or `exclude` says so, or the format is switched off. */
  | 'excluded'
  /** Under `minSize`. */
  | 'too-small'
  /** Known, and nothing here makes it smaller. */
  | 'unsupported-format'
  /** Git-LFS left its pointer in place of the file. */
  | 'lfs-pointer'
  /** Named like an image, and not one. */
  | 'broken-asset'

export type Select = (asset: Asset) => Selection

// Extensions of files that a build is full of and that are never images. Everything else is told by content.
const neverImages = new Set(
  'js mjs cjs css html htm map json txt md xml wasm woff woff2 ttf otf eot mp4 webm mov mp3 ogg wav flac ts tsx jsx gz br zst webmanifest'.split(
    ' ',
  ),
)
const imageExtensions = new Set('jpg jpeg jfif jpe png gif webp avif'.split(' '))

/** Whether a file's name leaves open that it is an image. Where it does not, its bytes need not be read. */
export function mayBeImage(path: string): boolean {
  return !neverImages.has(extensionOf(path))
}

/** Makes the function that decides which assets qualify. It looks at paths and at the first bytes. */
export function createSelect(options: ResolvedOptions, formats: readonly Format[]): Select {
  const included = options.include.length === 0 ? () => true : createMatcher(options.include)
  const excluded = createMatcher(options.exclude)
  const chosen = (paths: Paths) => included(paths) && !excluded(paths)
  const settingsOf = createSettingsOf(options)
  return (asset) => {
    if (asset.origin !== 'inline' && !mayBeImage(asset.path)) return { kind: 'ignore' }
    const format = sniff(asset.bytes)
    if (format === null) return selectUnknown(asset)
    if (!formats.includes(format)) {
      return { kind: 'keep', format, reason: chosen(asset) ? 'unsupported-format' : 'excluded' }
    }
    const treatments = treatmentsOf(asset, format)
    const settings = safest(treatments)
    if (settings === 'off') return { kind: 'keep', format, reason: 'excluded' }
    if (asset.bytes.byteLength < options.minSize) return { kind: 'keep', format, reason: 'too-small' }
    return { kind: 'compress', format, settings, isCompromise: treatments.some((other) => other !== settings) }
  }

  /** How the sources of an asset are to be treated, which is mostly one. */
  function treatmentsOf({ path, source, alsoFrom = [] }: Asset, format: Format): [Treatment, ...Treatment[]] {
    const treat = (paths: Paths) => (chosen(paths) ? settingsOf(format, paths) : 'off')
    return [treat({ path, source }), ...alsoFrom.map((other) => treat({ path, source: other }))]
  }

  function selectUnknown(asset: Asset): Selection {
    if (!imageExtensions.has(extensionOf(asset.path))) return { kind: 'ignore' }
    if (!chosen(asset)) return { kind: 'keep', format: null, reason: 'excluded' }
    return { kind: 'keep', format: null, reason: isLfsPointer(asset.bytes) ? 'lfs-pointer' : 'broken-asset' }
  }
}
