import { cacheKey, canonicalJson, digestOf } from '../cache/key.js'
import type { Locked, LockedResult } from '../types.js'

/** A line of a lock file: a result, and the file that it is the result of. */
export interface LockLine extends Locked {
  /** As `fileOf` spells it. */
  readonly file: string
}

/** Something in a lock file that does not belong there. */
export interface LockFault {
  /** Counted from 1. */
  readonly line: number
  /** What the line is. */
  readonly what: string
}

export interface LockText {
  /** What could be read, each result of a file once. */
  readonly lines: readonly LockLine[]
  readonly faults: readonly LockFault[]
}

/** Raised when lines change their meaning. */
const version = 1

const head = [
  `# compress-fast.lock ${version}: the result of each file, written by builds, to be committed.`,
  '# Below each number are the files that a digest sends there, so that branches which add files change different places.',
]

// Two branches that add a file each conflict in one of so many cases.
const shelves = 32

/**
 * A file's name in the lock file: its source, relative to the project root; for a file that has none its path in the
 * output folder, which comes first in angle brackets. Last what its import asks for.
 */
export function fileOf(asset: {
  source: string | null
  path: string
  place: string
  asked?: string | undefined
}): string {
  const { source, path, place, asked } = asset
  const name = source ?? `<${place}>/${path}`
  return asked === undefined ? name : `${name}?compress=${asked}`
}

/** The same text for the same lines, in whatever order they come. */
export function printLock(lines: readonly LockLine[]): string {
  const ordered = lines.toSorted(
    (a, b) => compare(a.file, b.file) || compare(a.digest, b.digest) || compare(a.key, b.key),
  )
  const texts = Array.from({ length: shelves }, (_, shelf) => [`# ${shelf}`])
  for (const line of ordered) texts[shelfOf(line.file)]?.push(printLine(line))
  return [...head, ...texts.flat(), ''].join('\n')
}

function printLine({ file, digest, format, settings, engine, result }: LockLine): string {
  const source = { file, format, engine: engine.id, version: engine.version, input: `sha256-${digest}` }
  const outcome = result.gain
    ? { output: `sha256-${result.digest}`, size: result.size }
    : { output: null, reason: result.reason }
  // What people look for comes first; settings are spelled in one way.
  return `${JSON.stringify({ ...source, ...outcome }).slice(0, -1)},"settings":${canonicalJson(settings)}}`
}

/** Reads a lock file as far as it can be read. Lines of two branches may stand in any order, and twice. */
export function parseLock(text: string): LockText {
  const lines = new Map<string, LockLine>()
  const results = new Map<string, string>()
  const faults: LockFault[] = []
  for (const [index, spelled] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const read = readLine(spelled)
    if (read === null) continue
    const what = typeof read === 'string' ? read : add(read)
    if (what !== null) faults.push({ line: index + 1, what })
  }
  return { lines: [...lines.values()], faults }

  /** Why a line cannot stand beside those before it, or `null`. */
  function add(line: LockLine): string | null {
    const result = canonicalJson(line.result)
    if ((results.get(line.key) ?? result) !== result) return `another result of ${line.file} than a line before it has`
    results.set(line.key, result)
    lines.set(`${line.key} ${line.file}`, line)
    return null
  }
}

/** A line, what it is where it is none, or `null` for those that say nothing. */
function readLine(spelled: string): LockLine | string | null {
  const other = /^# compress-fast\.lock (\d+):/.exec(spelled)?.[1]
  if (other !== undefined && Number(other) !== version)
    return `the head of format ${other}, which this version does not know`
  if (spelled === '' || spelled.startsWith('# ')) return null
  if (/^(?:<{7}|\|{7}|={7}|>{7})(?: |$)/.test(spelled)) return 'a conflict marker of git'
  return parseLine(spelled) ?? 'damaged'
}

function parseLine(spelled: string): LockLine | undefined {
  const fields = parseObject(spelled)
  const { file, format, engine: id, version: made, settings } = fields
  const digest = hexOf(fields['input'])
  const result = resultOf(fields)
  if (!isText(file) || !isText(format) || !isText(id) || !isText(made)) return undefined
  if (digest === undefined || result === undefined || !isRecord(settings)) return undefined
  const parts = { digest, format, settings, engine: { id, version: made } }
  return { file, key: cacheKey(parts), ...parts, result }
}

function resultOf({ output, size, reason }: Fields): LockedResult | undefined {
  if (output === null) return isText(reason) ? { gain: false, reason } : undefined
  const digest = hexOf(output)
  const isSize = typeof size === 'number' && Number.isSafeInteger(size) && size > 0
  return digest !== undefined && isSize ? { gain: true, digest, size } : undefined
}

type Fields = Readonly<
  Partial<
    Record<'file' | 'format' | 'engine' | 'version' | 'settings' | 'input' | 'output' | 'size' | 'reason', unknown>
  >
>

function parseObject(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

function hexOf(value: unknown): string | undefined {
  return typeof value === 'string' ? /^sha256-([0-9a-f]{64})$/.exec(value)?.[1] : undefined
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shelfOf(file: string): number {
  return Number.parseInt(digestOf(Buffer.from(file)).slice(0, 8), 16) % shelves
}

// The order of code units, which is the same on every machine.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
