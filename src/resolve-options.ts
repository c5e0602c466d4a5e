import { availableParallelism } from 'node:os'
import { parseResize, RESIZE_VALUES } from '@compress-fast/engine/sniff'
import type { Engine } from './engine/engine.js'
import { type Fields, fieldsOf, invalid, isText, oneOf, wholeNumber, yesOrNo } from './option-values.js'
import {
  type ConfigurableFormat,
  type Options,
  optionEffects,
  type Pattern,
  type ResolvedOptions,
  type ResolvedOverride,
} from './options.js'
import { resolveApi } from './resolve-api.js'
import { resolveRemote } from './resolve-remote.js'
import { resolveBudgets, resolveReport } from './resolve-report.js'
import type { AssetSettings, Quality, Scale, Wish } from './types.js'

const configurableFormats: readonly ConfigurableFormat[] = [
  'jpeg',
  'png',
  'gif',
  'webp',
  'avif',
  'svg',
  'tiff',
  'bmp',
  'ico',
  'pdf',
  'docx',
  'pptx',
  'xlsx',
]

/** SSIMULACRA 2 scores of the named levels, in the words of the metric's authors: "visually lossless" from 90 on. */
const qualityScores = { high: 90, balanced: 80, small: 70 } as const
const efforts = ['fast', 'balanced', 'max'] as const
const settingNames = ['quality', 'effort', 'metadata', 'resize']
const metadataKinds = ['safe', 'all', 'none'] as const

/**
 * Answers every question that the options leave open.
 * @param env The environment: `COMPRESS_FAST_CACHE_DIR` stands in for `cache.dir`, `COMPRESS_FAST_FROZEN` for `frozen`,
 * `TOOLS_FAST_API_KEY` for `api.key` and `COMPRESS_FAST_URL` for `api.url`, `COMPRESS_FAST_CACHE_*` and `AWS_*` say where
 * results are shared, and CI hosts who they are.
 * @throws {OptionError} naming the option, what was given and what is allowed.
 */
export function resolveOptions(options: Options = {}, env: NodeJS.ProcessEnv = process.env): ResolvedOptions {
  const given = fieldsOf(options, 'options', Object.keys(optionEffects))
  const base: AssetSettings = {
    quality: resolveQuality(given['quality'] ?? 'balanced', 'quality'),
    effort: oneOf(given['effort'] ?? 'balanced', efforts, 'effort'),
    metadata: oneOf(given['metadata'] ?? 'safe', metadataKinds, 'metadata'),
    resize: resolveResize(given['resize'] ?? false, 'resize'),
  }
  const api = resolveApi(given['api'] ?? {}, given['concurrency'], env)
  return {
    ...resolveEngines(given['engine'] ?? 'auto', given['fallback'] ?? false, api.key !== null),
    api,
    base,
    formats: resolveFormats(given['formats'] ?? {}, base),
    overrides: resolveOverrides(given['overrides'] ?? []),
    include: resolvePatterns(given['include'] ?? [], 'include'),
    exclude: resolvePatterns(given['exclude'] ?? [], 'exclude'),
    minSize: wholeNumber(given['minSize'] ?? 1024, 0, 'minSize'),
    minSavings: resolveSavings(given['minSavings'] ?? {}),
    inline: yesOrNo(given['inline'] ?? true, 'inline'),
    dirs: resolveDirs(given['dirs'] ?? []),
    cache: resolveCache(given['cache'] ?? true, env),
    lockFile: resolveLockFile(given['lockFile']),
    frozen: yesOrNo(given['frozen'] ?? isSet(env['COMPRESS_FAST_FROZEN']), 'frozen'),
    concurrency: wholeNumber(given['concurrency'] ?? availableParallelism(), 1, 'concurrency'),
    deadline: given['deadline'] === undefined ? null : wholeNumber(given['deadline'], 0, 'deadline'),
    onError: oneOf(given['onError'] ?? 'warn', ['keep', 'warn', 'fail'], 'onError'),
    report: resolveReport(given['report'] ?? true, env),
    budgets: resolveBudgets(given['budgets'] ?? {}),
  }
}

/** What `?compress=<text>` asks for, or `undefined` when it has no meaning. */
export function wishOf(text: string): Wish | undefined {
  if (text === 'off') return text
  return scoreOf(/^\d+(\.\d+)?$/.test(text) ? Number(text) : text)
}

/** How people call a score: the name of its level where it has one. */
export function qualityName(quality: number | 'lossless'): Quality {
  const levels = Object.entries(qualityScores) as [keyof typeof qualityScores, number][]
  return levels.find(([, score]) => score === quality)?.[0] ?? quality
}

function resolveQuality(value: unknown, name: string): number | 'lossless' {
  const score = scoreOf(value)
  if (score !== undefined) return score
  throw invalid(name, `'lossless', 'high', 'balanced', 'small' or a number from 1 to 100`, value)
}

function scoreOf(value: unknown): number | 'lossless' | undefined {
  if (value === 'lossless') return value
  if (value === 'high' || value === 'balanced' || value === 'small') return qualityScores[value]
  return typeof value === 'number' && value >= 1 && value <= 100 ? value : undefined
}

/** `'auto'` is the service where there is a key, and leaves to this machine what the service does not take. */
function resolveEngines(
  engine: unknown,
  fallback: unknown,
  hasKey: boolean,
): Pick<ResolvedOptions, 'engine' | 'fallback'> {
  const named = resolveFallback(fallback)
  if (engine !== 'auto') return { engine: resolveEngine(engine), fallback: named }
  if (!hasKey) return { engine: 'local', fallback: named }
  return { engine: 'api', fallback: named ?? { engine: 'local', isStandIn: false } }
}

function resolveEngine(value: unknown): ResolvedOptions['engine'] {
  if (value === 'local' || value === 'api' || isEngine(value)) return value
  throw invalid('engine', `'auto', 'local', 'api' or an object with id, version, formats and compress()`, value)
}

function resolveFallback(value: unknown): ResolvedOptions['fallback'] {
  if (value === false) return null
  if (value === 'local' || isEngine(value)) return { engine: value, isStandIn: true }
  throw invalid('fallback', `false, 'local' or an object with id, version, formats and compress()`, value)
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
  const given = fieldsOf(value, name, settingNames, 'false or an object')
  return { ...base, ...resolveSettings(given, name) }
}

function resolveOverrides(value: unknown): readonly ResolvedOverride[] {
  if (!Array.isArray(value)) throw invalid('overrides', 'an array of { files, quality, … }', value)
  return value.map((override: unknown, index) => {
    const name = `overrides[${index}]`
    const given = fieldsOf(override, name, ['files', ...settingNames])
    return { files: resolvePatterns(given['files'], `${name}.files`), settings: resolveSettings(given, name) }
  })
}

/** The settings that are given, and no others. */
function resolveSettings({ quality, effort, metadata, resize }: Fields, name: string): Partial<AssetSettings> {
  return {
    ...(quality !== undefined && { quality: resolveQuality(quality, `${name}.quality`) }),
    ...(effort !== undefined && { effort: oneOf(effort, efforts, `${name}.effort`) }),
    ...(metadata !== undefined && { metadata: oneOf(metadata, metadataKinds, `${name}.metadata`) }),
    ...(resize !== undefined && { resize: resolveResize(resize, `${name}.resize`) }),
  }
}

/** `undefined` where images keep their size, also as an override of what is said for others. */
function resolveResize(value: unknown, name: string): Scale | undefined {
  if (value === false) return undefined
  const scale = parseResize(value)
  if (scale === undefined) throw invalid(name, `false, ${RESIZE_VALUES}`, value)
  return scale
}

function resolveDirs(value: unknown): readonly string[] {
  const dirs: readonly unknown[] = Array.isArray(value) ? value : [value]
  return dirs.map((dir) => {
    if (isText(dir)) return dir
    throw invalid('dirs', 'a path or an array of paths', dir)
  })
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
  const known = ['dir', 'maxSize', 'remote', 'secret', 'namespace']
  const given = value === true ? {} : fieldsOf(value, 'cache', known, 'true, false or an object')
  const dir = given['dir']
  if (dir !== undefined && !isText(dir)) throw invalid('cache.dir', 'a path', dir)
  // CI often spells "not set" as an empty variable.
  const fromEnv = env['COMPRESS_FAST_CACHE_DIR'] || null
  const maxSize = wholeNumber(given['maxSize'] ?? 2 ** 30, 0, 'cache.maxSize')
  return { dir: dir ?? fromEnv, maxSize, remote: resolveRemote(given, env) }
}

function resolveLockFile(value: unknown): ResolvedOptions['lockFile'] {
  if (value === false) return null
  if (value === undefined || value === true) return { path: 'compress-fast.lock', isWanted: value === true }
  if (isText(value)) return { path: value, isWanted: true }
  throw invalid('lockFile', 'true, false or a path', value)
}

/** Whether a variable of the environment says yes. */
function isSet(text = ''): boolean {
  return !['', '0', 'false'].includes(text.toLowerCase())
}
