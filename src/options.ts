import { availableParallelism } from 'node:os'
import type { Engine } from './engine/engine.js'
import { fieldsOf, invalid, isText, oneOf, wholeNumber, yesOrNo } from './option-values.js'
import type { AssetSettings, Effort, Format, Metadata, Quality } from './types.js'

/** A glob, matched against the path in the output and the path of the source, or a regular expression. */
export type Pattern = string | RegExp

/** Settings of one format; what is left out is as for all formats. */
export interface FormatSettings {
  /** Overrides `quality` for this format. */
  quality?: Quality | undefined
  /** Overrides `effort` for this format. */
  effort?: Effort | undefined
  /** Overrides `metadata` for this format. */
  metadata?: Metadata | undefined
}

/** What must be gained for a smaller file to ship. */
export interface SavingsSettings {
  /**
   * Bytes, from 0 up.
   * @default 256
   */
  bytes?: number | undefined
  /**
   * Percent of the source, 0 to 100.
   * @default 2
   */
  percent?: number | undefined
}

/** Where results are kept between builds. */
export interface CacheSettings {
  /**
   * Folder, relative to the project root. The environment's `COMPRESS_FAST_CACHE_DIR` stands in for it.
   * @default 'node_modules/.cache/compress-fast'
   */
  dir?: string | undefined
  /**
   * Most bytes on disk; what was not used for longest goes first.
   * @default 1_073_741_824
   */
  maxSize?: number | undefined
}

/** What is told about a build. */
export interface ReportSettings {
  /**
   * Progress and a summary in the terminal.
   * @default true
   */
  terminal?: boolean | undefined
  /** Writes everything that happened as JSON to this path, relative to the project root. */
  json?: string | undefined
}

/** Every field is optional; `compress()` alone is meant to be right. */
export interface Options {
  /**
   * What makes files smaller: `'local'` is this machine, an object is your own engine, `'auto'` picks.
   * @default 'auto'
   */
  engine?: 'auto' | 'local' | Engine | undefined
  /**
   * How close results stay to their sources: `'lossless'`, `'high'` (90), `'balanced'` (80), `'small'` (70), or a
   * SSIMULACRA2 score from 1 to 100.
   * @default 'balanced'
   */
  quality?: Quality | undefined
  /**
   * CPU time spent on finding fewer bytes: `'fast'`, `'balanced'` or `'max'`.
   * @default 'balanced'
   */
  effort?: Effort | undefined
  /**
   * Per format: `false` leaves its files alone, settings override the ones for all (`{ png: { quality: 'lossless' } }`).
   * @default {}
   */
  formats?: Partial<Record<ConfigurableFormat, false | FormatSettings | undefined>> | undefined
  /**
   * Only files that match: globs or regular expressions over output path and source path.
   * @default []
   */
  include?: Pattern | readonly Pattern[] | undefined
  /**
   * Never files that match; stronger than `include`.
   * @default []
   */
  exclude?: Pattern | readonly Pattern[] | undefined
  /**
   * Files under this many bytes ship as they are.
   * @default 1024
   */
  minSize?: number | undefined
  /**
   * A smaller file ships only when it saves at least this much: bytes, or `{ bytes, percent }` of which both must be
   * reached. `0` takes every gain.
   * @default { bytes: 256, percent: 2 }
   */
  minSavings?: number | SavingsSettings | undefined
  /**
   * Metadata that stays besides orientation and colour profile, which always do: `'safe'` keeps copyright, `'all'`
   * everything, `'none'` nothing more.
   * @default 'safe'
   */
  metadata?: Metadata | undefined
  /**
   * Images inlined as data URIs in JavaScript, CSS and HTML shrink too.
   * @default true
   */
  inline?: boolean | undefined
  /**
   * Remember results between builds. `false` compresses everything anew.
   * @default true
   */
  cache?: boolean | CacheSettings | undefined
  /**
   * How many files are worked on at once, over all builds in the process. By default the number of processor cores.
   * @default os.availableParallelism()
   */
  concurrency?: number | undefined
  /**
   * When a file cannot be compressed it ships as it was, and the build: `'keep'` says so only in the report, `'warn'`
   * prints a warning, `'fail'` fails.
   * @default 'warn'
   */
  onError?: 'keep' | 'warn' | 'fail' | undefined
  /**
   * What is told: `false` is silent but for warnings; `{ json: 'path' }` also writes the report as JSON.
   * @default true
   */
  report?: boolean | ReportSettings | undefined
}

/** Formats that can be configured, which are the ones that can become smaller. */
export type ConfigurableFormat = Extract<Format, 'jpeg' | 'png' | 'gif' | 'webp' | 'avif' | 'svg'>
const configurableFormats: readonly ConfigurableFormat[] = ['jpeg', 'png', 'gif', 'webp', 'avif', 'svg']

/** Every question answered. Past `resolveOptions` nothing else is passed around. */
export interface ResolvedOptions {
  readonly engine: 'auto' | 'local' | Engine
  /** Settings per format, or `false` where its files are left alone. */
  readonly formats: Readonly<Record<ConfigurableFormat, AssetSettings | false>>
  /** The settings of formats without their own. */
  readonly base: AssetSettings
  readonly include: readonly Pattern[]
  readonly exclude: readonly Pattern[]
  readonly minSize: number
  readonly minSavings: { readonly bytes: number; readonly percent: number }
  readonly inline: boolean
  readonly cache: { readonly dir: string | null; readonly maxSize: number } | false
  readonly concurrency: number
  readonly onError: 'keep' | 'warn' | 'fail'
  readonly report: { readonly terminal: boolean; readonly json: string | null }
}

/**
 * What changing an option can change. `result`: the bytes an engine gives, so it is part of the cache key and of file
 * names. `choice`: which bytes ship, so names follow where it could be the same name with other bytes. `none`: neither.
 */
export const optionEffects: Readonly<Record<keyof Options, 'result' | 'choice' | 'none'>> = {
  engine: 'result',
  quality: 'result',
  effort: 'result',
  metadata: 'result',
  formats: 'result',
  minSize: 'choice',
  minSavings: 'choice',
  include: 'choice',
  exclude: 'choice',
  inline: 'choice',
  cache: 'none',
  concurrency: 'none',
  onError: 'none',
  report: 'none',
}

/** SSIMULACRA 2 scores of the named levels, in the words of the metric's authors: "visually lossless" from 90 on. */
const qualityScores = { high: 90, balanced: 80, small: 70 } as const
const efforts = ['fast', 'balanced', 'max'] as const
const metadataKinds = ['safe', 'all', 'none'] as const

/**
 * Answers every question that the options leave open.
 * @param env The environment: `COMPRESS_FAST_CACHE_DIR` stands in for `cache.dir`.
 * @throws {OptionError} naming the option, what was given and what is allowed.
 */
export function resolveOptions(options: Options = {}, env: NodeJS.ProcessEnv = process.env): ResolvedOptions {
  const given = fieldsOf(options, 'options', Object.keys(optionEffects))
  const base: AssetSettings = {
    quality: resolveQuality(given['quality'] ?? 'balanced', 'quality'),
    effort: oneOf(given['effort'] ?? 'balanced', efforts, 'effort'),
    metadata: oneOf(given['metadata'] ?? 'safe', metadataKinds, 'metadata'),
  }
  return {
    engine: resolveEngine(given['engine'] ?? 'auto'),
    base,
    formats: resolveFormats(given['formats'] ?? {}, base),
    include: resolvePatterns(given['include'] ?? [], 'include'),
    exclude: resolvePatterns(given['exclude'] ?? [], 'exclude'),
    minSize: wholeNumber(given['minSize'] ?? 1024, 0, 'minSize'),
    minSavings: resolveSavings(given['minSavings'] ?? {}),
    inline: yesOrNo(given['inline'] ?? true, 'inline'),
    cache: resolveCache(given['cache'] ?? true, env),
    concurrency: wholeNumber(given['concurrency'] ?? availableParallelism(), 1, 'concurrency'),
    onError: oneOf(given['onError'] ?? 'warn', ['keep', 'warn', 'fail'], 'onError'),
    report: resolveReport(given['report'] ?? true),
  }
}

/** How people call a score: the name of its level where it has one. */
export function qualityName(quality: number | 'lossless'): Quality {
  const levels = Object.entries(qualityScores) as [keyof typeof qualityScores, number][]
  return levels.find(([, score]) => score === quality)?.[0] ?? quality
}

function resolveQuality(value: unknown, name: string): number | 'lossless' {
  if (value === 'lossless') return value
  if (value === 'high' || value === 'balanced' || value === 'small') return qualityScores[value]
  if (typeof value === 'number' && value >= 1 && value <= 100) return value
  throw invalid(name, `'lossless', 'high', 'balanced', 'small' or a number from 1 to 100`, value)
}

function resolveEngine(value: unknown): 'auto' | 'local' | Engine {
  if (value === 'auto' || value === 'local') return value
  if (isEngine(value)) return value
  throw invalid('engine', `'auto', 'local' or an object with id, version, formats and compress()`, value)
}

function isEngine(value: unknown): value is Engine {
  if (typeof value !== 'object' || value === null) return false
  const engine: Partial<Record<keyof Engine, unknown>> = value
  const named = isText(engine.id) && isText(engine.version)
  return named && Array.isArray(engine.formats) && typeof engine.compress === 'function'
}

function resolveFormats(value: unknown, base: AssetSettings): ResolvedOptions['formats'] {
  const given = fieldsOf(value, 'formats', configurableFormats)
  const entries = configurableFormats.map((format) => [format, resolveFormat(given[format], base, `formats.${format}`)])
  return Object.fromEntries(entries)
}

function resolveFormat(value: unknown, base: AssetSettings, name: string): AssetSettings | false {
  if (value === undefined) return base
  if (value === false) return false
  const given = fieldsOf(value, name, ['quality', 'effort', 'metadata'], 'false or an object')
  return {
    quality: given['quality'] === undefined ? base.quality : resolveQuality(given['quality'], `${name}.quality`),
    effort: oneOf(given['effort'] ?? base.effort, efforts, `${name}.effort`),
    metadata: oneOf(given['metadata'] ?? base.metadata, metadataKinds, `${name}.metadata`),
  }
}

function resolvePatterns(value: unknown, name: string): readonly Pattern[] {
  const patterns: readonly unknown[] = Array.isArray(value) ? value : [value]
  return patterns.map((pattern) => {
    if (isText(pattern) || pattern instanceof RegExp) return pattern
    throw invalid(name, 'a glob, a regular expression, or an array of them', pattern)
  })
}

function resolveSavings(value: unknown): ResolvedOptions['minSavings'] {
  if (typeof value === 'number') return { bytes: wholeNumber(value, 0, 'minSavings'), percent: 0 }
  const given = fieldsOf(value, 'minSavings', ['bytes', 'percent'], 'a number of bytes or an object')
  const percent = given['percent'] ?? 2
  if (typeof percent !== 'number' || !(percent >= 0 && percent <= 100)) {
    throw invalid('minSavings.percent', 'a number from 0 to 100', percent)
  }
  return { bytes: wholeNumber(given['bytes'] ?? 256, 0, 'minSavings.bytes'), percent }
}

function resolveCache(value: unknown, env: NodeJS.ProcessEnv): ResolvedOptions['cache'] {
  if (value === false) return false
  const given = value === true ? {} : fieldsOf(value, 'cache', ['dir', 'maxSize'], 'true, false or an object')
  const dir = given['dir']
  if (dir !== undefined && !isText(dir)) throw invalid('cache.dir', 'a path', dir)
  // CI often spells "not set" as an empty variable.
  const fromEnv = env['COMPRESS_FAST_CACHE_DIR'] || null
  return { dir: dir ?? fromEnv, maxSize: wholeNumber(given['maxSize'] ?? 2 ** 30, 0, 'cache.maxSize') }
}

function resolveReport(value: unknown): ResolvedOptions['report'] {
  if (typeof value === 'boolean') return { terminal: value, json: null }
  const given = fieldsOf(value, 'report', ['terminal', 'json'], 'true, false or an object')
  const json = given['json']
  if (json !== undefined && !isText(json)) throw invalid('report.json', 'a path', json)
  return { terminal: yesOrNo(given['terminal'] ?? true, 'report.terminal'), json: json ?? null }
}
