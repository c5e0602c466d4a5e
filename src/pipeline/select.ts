import { type Format, isLfsPointer, sniff } from '@compress-fast/engine/sniff'
import type { ResolvedOptions } from '../options.js'
import type { Asset, AssetSettings } from '../types.js'
import { createMatcher, type Paths } from '../util/match.js'
import { extensionOf } from '../util/path.js'
import { createSettingsOf, safest, type Treatment } from './settings.js'

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
  /** Named like a file of ours, and not one. */
  | 'broken-asset'

export type Select = (asset: Asset) => Selection

// Extensions of files that a build is full of and that never shrink here. Everything else is told by content. Files of
// Illustrator are PDFs that keep what they are edited from where readers do not look, and PDFs lose that here.
const neverOurs = new Set(
  'ai js mjs cjs css html htm map json txt md xml wasm woff woff2 ttf otf eot mp4 webm mov mp3 ogg wav flac ts tsx jsx gz br zst webmanifest'.split(
    ' ',
  ),
)
const imageExtensions = new Set('jpg jpeg jfif jpe png apng gif webp avif tif tiff bmp ico cur'.split(' '))
const documentExtensions = new Set(['pdf', 'docx', 'pptx', 'xlsx'])

/** Whether a file's name leaves open that it can become smaller. Where it does not, its bytes need not be read. */
export function mayShrink(path: string): boolean {
  return !neverOurs.has(extensionOf(path))
}

/** Makes the function that decides which assets qualify. It looks at paths and at the first bytes. */
export function createSelect(options: ResolvedOptions, formats: readonly Format[]): Select {
  const included = options.include.length === 0 ? () => true : createMatcher(options.include)
  const excluded = createMatcher(options.exclude)
  const chosen = (paths: Paths) => included(paths) && !excluded(paths)
  const settingsOf = createSettingsOf(options)
  return (asset) => {
    if (asset.origin !== 'inline' && !mayShrink(asset.path)) return { kind: 'ignore' }
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
    const extension = extensionOf(asset.path)
    const isDocument = documentExtensions.has(extension)
    if (!isDocument && !imageExtensions.has(extension)) return { kind: 'ignore' }
    return { kind: 'keep', format: null, reason: chosen(asset) ? whyUnknown(asset.bytes, isDocument) : 'excluded' }
  }
}

function whyUnknown(bytes: Uint8Array, isDocument: boolean): KeepReason {
  if (isLfsPointer(bytes)) return 'lfs-pointer'
  return isDocument && isWrapped(bytes) ? 'unsupported-format' : 'broken-asset'
}

/**
 * Whether readers open a document that is none by its first bytes: an Office file under a password, which is a compound
 * file, and a PDF that begins within its first KiB (ISO 32000-1, annex H.3, note 13).
 */
function isWrapped(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1024)).toString('latin1')
  return head.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1') || head.includes('%PDF-')
}
