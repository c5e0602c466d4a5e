import type { Engine } from './engine/engine.js'
import type { RemoteTarget } from './remote/target.js'
import type { AssetSettings, Effort, Format, Metadata, Quality, RemoteStore, Resize } from './types.js'
import type { Secret } from './util/secret.js'

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
  /** Overrides `resize` for this format. */
  resize?: false | Resize | undefined
}

/** Settings of some files; what is left out is as for all files of their format. */
export interface FileSettings extends FormatSettings {
  /** Which files: globs or regular expressions over output path and source path. */
  files: Pattern | readonly Pattern[]
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
  /**
   * Where results are shared between machines: `https://…` (see `compress-fast cache serve`), `s3://bucket/prefix`,
   * `redis://…`, or an object with `get(name)` and `put(name, bytes)`. The environment's `COMPRESS_FAST_CACHE_REMOTE` stands
   * in for it (`off` for `false`).
   * @default false
   */
  remote?: false | string | RemoteStore | undefined
  /**
   * Signs what is shared, so that nothing else is taken; best left to the environment's `COMPRESS_FAST_CACHE_SECRET`. Of
   * several, parted by commas, the first signs and all are accepted. It is shown nowhere.
   */
  secret?: string | undefined
  /**
   * Whose results are written: `main`'s are read by everybody, others by their own only. By default pull requests and
   * branches have one each in CI. The environment's `COMPRESS_FAST_CACHE_NAMESPACE` stands in for it.
   * @default 'main'
   */
  namespace?: string | undefined
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
  /** Writes a page with all files, and images before and after side by side, to this path: one file, without a network. */
  html?: string | undefined
  /**
   * Writes a summary as Markdown to this path, for pull requests and `process.env.GITHUB_STEP_SUMMARY`. What else the
   * file holds stays.
   */
  markdown?: string | undefined
  /** An earlier JSON report, which the Markdown is compared with. It is read before a new one is written. */
  base?: string | undefined
  /**
   * Failed files and exceeded budgets are marked in the log where the CI host reads that (GitHub Actions, Azure
   * Pipelines).
   * @default true
   */
  annotations?: boolean | undefined
}

/** How the Compress.FAST service is used. */
export interface ApiSettings {
  /** Its key; best left to the environment's `TOOLS_FAST_API_KEY`. It is shown nowhere. */
  key?: string | undefined
  /**
   * Address of the service, or of your own server. The environment's `COMPRESS_FAST_URL` stands in for it. Only https,
   * but for this very machine.
   * @default 'https://api.tools.fast'
   */
  url?: string | undefined
  /**
   * Most credits that one build may spend; what would cost more ships as it is.
   * @default 1000
   */
  maxCredits?: number | undefined
  /**
   * Most uploads of one build that are sent again after an answer was lost, at the risk of paying twice. Servers that
   * know repetitions are asked again without that risk, and without this limit.
   * @default 1
   */
  maxUncertain?: number | undefined
  /**
   * Most seconds for one file, from its upload to its result.
   * @default 300
   */
  timeout?: number | undefined
}

/** Every field is optional; `compress()` alone is meant to be right. */
export interface Options {
  /**
   * What makes files smaller: `'local'` is this machine, `'api'` the Compress.FAST service, an object is your own engine.
   * `'auto'` is the service where there is a key, with this machine for what the service does not take; else this machine.
   * @default 'auto'
   */
  engine?: 'auto' | 'local' | 'api' | Engine | undefined
  /**
   * What goes on when the engine cannot at all, and takes what it does not take: `'local'` is this machine, an object is
   * your own engine. Without it such files ship as they are.
   * @default false
   */
  fallback?: false | 'local' | Engine | undefined
  /**
   * The Compress.FAST service: key, address and limits.
   * @default {}
   */
  api?: ApiSettings | undefined
  /**
   * How close results stay to their sources: `'lossless'`, `'high'` (90), `'balanced'` (80), `'small'` (70), or a
   * SSIMULACRA2 score from 1 to 100. In documents it is what their pictures reach.
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
   * Settings of files that match, stronger than `formats`; of several that match the last counts
   * (`[{ files: 'img/hero/**', quality: 'high' }]`).
   * @default []
   */
  overrides?: readonly FileSettings[] | undefined
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
   * Scales images down, never up: the longest edge to `'4k'` (3840 pixels), `'2k'` (2560), `'1080p'` (1920), `'720p'`
   * (1280) or `{ longestEdge: 1600 }`, or both to `{ percent: 50 }`. JPEG, PNG, WebP and AVIF, and pictures inside Office
   * and PDF files.
   * @default false
   */
  resize?: false | Resize | undefined
  /**
   * Files inlined as data URIs in JavaScript, CSS and HTML shrink too.
   * @default true
   */
  inline?: boolean | undefined
  /**
   * Folders whose files shrink too at the end of a build, however they came there; relative to the project root. (What
   * appears in the output folder while the build runs is found by itself.)
   * @default []
   */
  dirs?: string | readonly string[] | undefined
  /**
   * Remember results between builds. `false` compresses everything anew.
   * @default true
   */
  cache?: boolean | CacheSettings | undefined
  /**
   * Keeps a list of all results, to be committed: `compress-fast.lock` in the project root. By default where there is one;
   * `true` makes it, a path puts it elsewhere, `false` does without.
   */
  lockFile?: boolean | string | undefined
  /**
   * For CI: nothing is compressed or uploaded. Results come from a cache and are those that the lock file names; where one
   * is missing the build fails, and names all such files. The environment's `COMPRESS_FAST_FROZEN` stands in for it.
   * @default false
   */
  frozen?: boolean | undefined
  /**
   * How many files are worked on at once, over all builds in the process. By default the number of processor cores, and
   * for the service as many as it takes.
   * @default os.availableParallelism()
   */
  concurrency?: number | undefined
  /**
   * Most seconds that a build waits for results. What is not done by then ships as it is, and the next build goes on with
   * it; the files that promise to become smallest come first. By default it waits for all.
   */
  deadline?: number | undefined
  /**
   * When a file cannot be compressed it ships as it was, and the build: `'keep'` says so only in the report, `'warn'`
   * prints a warning, `'fail'` fails.
   * @default 'warn'
   */
  onError?: 'keep' | 'warn' | 'fail' | undefined
  /**
   * What is told: `false` is silent but for warnings; `{ json: 'path' }` also writes the report as JSON, `html` and `markdown` for people.
   * @default true
   */
  report?: boolean | ReportSettings | undefined
  /**
   * Most bytes that may ship, in total and of files that globs match: `{ total: '2 MB', 'img/hero/**': '300 kB' }`. A
   * build over budget fails; in watch mode it warns.
   * @default {}
   */
  budgets?: Readonly<Record<string, number | string | undefined>> | undefined
}

/** Formats that can be configured, which are the ones that can become smaller. Macro forms and templates count as their format. */
export type ConfigurableFormat = Exclude<Format, 'heic'>

/** Every question answered. Past `resolveOptions` nothing else is passed around. */
export interface ResolvedOptions {
  readonly engine: 'local' | 'api' | Engine
  readonly fallback: ResolvedFallback | null
  readonly api: ResolvedApi
  /** Settings per format, or `false` where its files are left alone. */
  readonly formats: Readonly<Record<ConfigurableFormat, AssetSettings | false>>
  /** The settings of formats without their own. */
  readonly base: AssetSettings
  readonly overrides: readonly ResolvedOverride[]
  readonly include: readonly Pattern[]
  readonly exclude: readonly Pattern[]
  readonly minSize: number
  readonly minSavings: { readonly bytes: number; readonly percent: number }
  readonly inline: boolean
  readonly dirs: readonly string[]
  readonly cache: ResolvedCache | false
  readonly lockFile: ResolvedLockFile | null
  readonly frozen: boolean
  readonly concurrency: number
  /** Seconds. */
  readonly deadline: number | null
  readonly onError: 'keep' | 'warn' | 'fail'
  readonly report: ResolvedReport
  readonly budgets: readonly Budget[]
}

export interface ResolvedCache {
  readonly dir: string | null
  /** Bytes. */
  readonly maxSize: number
  readonly remote: ResolvedRemote | null
}

/** A cache that several machines share. */
export interface ResolvedRemote {
  readonly store: RemoteTarget | RemoteStore
  /** How messages call it, without anything secret. */
  readonly place: string
  /** None where CI keeps them from a pull request, which then does without. */
  readonly secrets: readonly Secret[]
  readonly namespace: string
}

/** Where a report goes: paths as they were given. */
export interface ResolvedReport {
  readonly terminal: boolean
  readonly json: string | null
  readonly html: string | null
  readonly markdown: string | null
  readonly base: string | null
  /** The CI host whose marks are written into the log, if there is one. */
  readonly annotations: AnnotationHost | null
}

/** A CI host that finds marks in a log. */
export interface AnnotationHost {
  readonly kind: 'github' | 'azure'
  /** The repository's folder, which the host's paths begin at; `null` where it does not say. */
  readonly workspace: string | null
}

/** How many bytes may ship. */
export interface Budget {
  /** As the user wrote it: `total` or a glob. */
  readonly name: string
  /** Whose sizes are added up; `null` for those of all files. */
  readonly glob: string | null
  readonly bytes: number
}

/** The list of all results. */
export interface ResolvedLockFile {
  /** As it was given, relative to the project root. */
  readonly path: string
  /** Whether the user asked for it, so that it is made where there is none. */
  readonly isWanted: boolean
}

/** The engine besides the first one. */
export interface ResolvedFallback {
  readonly engine: 'local' | Engine
  /** Whether it goes on when the first one cannot at all. It always takes what the first one does not take. */
  readonly isStandIn: boolean
}

export interface ResolvedApi {
  readonly key: Secret | null
  readonly url: string
  readonly maxCredits: number
  readonly maxUncertain: number
  readonly timeoutMs: number
  /** Files on their way to the service and back. */
  readonly concurrency: number
}

/** Files, and what differs for them. */
export interface ResolvedOverride {
  readonly files: readonly Pattern[]
  readonly settings: Partial<AssetSettings>
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
  resize: 'result',
  formats: 'result',
  overrides: 'result',
  minSize: 'choice',
  minSavings: 'choice',
  include: 'choice',
  exclude: 'choice',
  inline: 'choice',
  dirs: 'none',
  cache: 'none',
  lockFile: 'none',
  frozen: 'none',
  concurrency: 'none',
  deadline: 'none',
  fallback: 'none',
  api: 'none',
  onError: 'none',
  report: 'none',
  budgets: 'none',
}
