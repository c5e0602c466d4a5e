import { readFileSync } from 'node:fs'
import { allFormats, extensionsOf, type Format, inspect, isLfsPointer, sniff } from '@compress-fast/engine/inspect'
import type { FoundFile } from '../find-files.js'
import type { Finding } from './finding.js'

/** What there is to say of a file. */
export interface Examined {
  readonly name: string
  readonly kind: 'lfs-pointer' | 'damaged' | 'picture' | 'other'
  readonly format: Format | null
  /** Stored pixels; 0 where that is not known. */
  readonly width: number
  readonly height: number
  /** EXIF orientation, 1 where it is upright or does not say. */
  readonly orientation: number
}

// The longest edge of a 4K screen, which is the largest that `resize` has a name for.
const longestEdge = 3840

// Documents may begin with something else, and text is many things.
const untold: ReadonlySet<Format> = new Set<Format>(['svg', 'pdf', 'docx', 'pptx', 'xlsx'])
const rasterExtensions = new Set(allFormats.filter((format) => !untold.has(format)).flatMap(extensionsOf))

/** Reads a file; `undefined` for one that cannot be read, or is none of ours. */
export function examineFile({ path, name }: FoundFile): Examined | undefined {
  const bytes = readIfThere(path)
  if (!bytes) return undefined
  const facts = { name, format: sniff(bytes), width: 0, height: 0, orientation: 1 }
  if (isLfsPointer(bytes)) return { ...facts, kind: 'lfs-pointer' }
  if (facts.format === null) return rasterExtensions.has(extension(name)) ? { ...facts, kind: 'damaged' } : undefined
  try {
    const picture = inspect(bytes, facts.format)
    if (!picture) return { ...facts, kind: 'other' }
    const { width, height, orientation } = picture
    return { ...facts, kind: 'picture', width, height, orientation }
  } catch {
    return { ...facts, kind: 'damaged' }
  }
}

/** What is wrong with files, each kind of trouble once. */
export function fileFindings(files: readonly Examined[]): Finding[] {
  const pointers = files.filter(({ kind }) => kind === 'lfs-pointer')
  const damaged = files.filter(({ kind }) => kind === 'damaged')
  const misnamed = files.filter(
    ({ name, format }) => format !== null && !extensionsOf(format).includes(extension(name)),
  )
  const sideways = files.filter(({ orientation }) => orientation > 1)
  const huge = files.filter(({ width, height, format }) => format !== 'svg' && Math.max(width, height) > longestEdge)
  return [
    ...about(pointers, {
      code: 'LFS_POINTER',
      title: 'Git LFS left its pointer in place of the file',
      fix: 'Run `git lfs install && git lfs pull`; in GitHub Actions give actions/checkout `lfs: true`.',
      detail: ({ name }) => name,
    }),
    ...about(damaged, {
      code: 'DAMAGED',
      title: 'The file is damaged or incomplete, and ships as it is',
      fix: 'Export it again, or take it from a backup; what must stay so goes into `exclude`.',
      detail: ({ name }) => name,
    }),
    ...about(misnamed, {
      code: 'WRONG_EXTENSION',
      title: 'The name says another format than the content',
      fix: 'Rename the file and what refers to it; servers send the type that the name says.',
      detail: ({ name, format }) => `${name} is ${format}: git mv ${quoted(name)} ${quoted(renamed(name, format))}`,
    }),
    ...about(sideways, {
      code: 'SIDEWAYS',
      title: 'The picture is stored sideways, and upright by its EXIF data alone',
      fix: 'Turn the pixels: `exiftran -ai FILE` (JPEG, without loss) or `magick mogrify -auto-orient FILE`.',
      detail: ({ name, orientation }) => `${name} (orientation ${orientation})`,
    }),
    ...about(huge, {
      code: 'HUGE',
      title: `The picture is larger than any screen (over ${longestEdge} pixels)`,
      fix: "Scale it down: `compress-fast --resize 4k FILE`, or `resize: '4k'` in the plugin's options.",
      detail: ({ name, width, height }) => `${name} (${width} × ${height})`,
    }),
  ]
}

interface Kind extends Omit<Finding, 'details'> {
  readonly detail: (file: Examined) => string
}

function about(files: readonly Examined[], { detail, ...finding }: Kind): Finding[] {
  return files.length === 0 ? [] : [{ ...finding, details: files.map(detail) }]
}

function renamed(name: string, format: Format | null): string {
  const stem = name.slice(0, name.length - extension(name).length)
  return format === null ? name : `${stem}${stem.endsWith('.') ? '' : '.'}${extensionsOf(format)[0]}`
}

/** A name as a shell takes it. */
function quoted(name: string): string {
  return /^[\w./@+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`
}

function extension(name: string): string {
  return /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}
