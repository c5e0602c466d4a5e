import { type Format, isLfsPointer, sniff } from '@compress-fast/engine/sniff'
import picomatch from 'picomatch'
import type { Pattern, ResolvedOptions } from '../options.js'
import type { Asset, AssetSettings } from '../types.js'
import { extensionOf } from '../util/path.js'

/** What is to be done with an asset, before anything is known about its bytes beyond their kind. */
export type Selection =
  | { readonly kind: 'compress'; readonly format: Format; readonly settings: AssetSettings }
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
  return (asset) => {
    if (asset.origin !== 'inline' && !mayBeImage(asset.path)) return { kind: 'ignore' }
    const format = sniff(asset.bytes)
    if (format === null) return selectUnknown(asset)
    if (!included(asset) || excluded(asset)) return { kind: 'keep', format, reason: 'excluded' }
    const settings = settingsOf(options, formats, format)
    if (settings === undefined) return { kind: 'keep', format, reason: 'unsupported-format' }
    if (settings === false) return { kind: 'keep', format, reason: 'excluded' }
    if (asset.bytes.byteLength < options.minSize) return { kind: 'keep', format, reason: 'too-small' }
    return { kind: 'compress', format, settings }
  }

  function selectUnknown(asset: Asset): Selection {
    if (!imageExtensions.has(extensionOf(asset.path))) return { kind: 'ignore' }
    if (!included(asset) || excluded(asset)) return { kind: 'keep', format: null, reason: 'excluded' }
    return { kind: 'keep', format: null, reason: isLfsPointer(asset.bytes) ? 'lfs-pointer' : 'broken-asset' }
  }
}

/** The settings of a format, `false` where it is switched off, `undefined` where nobody makes it smaller. */
function settingsOf(
  options: ResolvedOptions,
  formats: readonly Format[],
  format: Format,
): AssetSettings | false | undefined {
  if (!formats.includes(format)) return undefined
  const settings: Partial<Record<Format, AssetSettings | false>> = options.formats
  return settings[format]
}

/** A matcher over output path and source path. A glob without a slash matches file names in every folder. */
function createMatcher(patterns: readonly Pattern[]): (asset: Asset) => boolean {
  const tests = patterns.map((pattern) => {
    if (typeof pattern === 'string') return globTest(pattern.replace(/^\.?\//, ''))
    // A global or sticky expression would remember where its last match ended.
    const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))
    return (path: string) => stateless.test(path)
  })
  return ({ path, source }) => tests.some((test) => test(path) || (source !== null && test(source)))
}

function globTest(glob: string): (path: string) => boolean {
  return picomatch(glob, { dot: true, basename: !glob.includes('/') })
}
