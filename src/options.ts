import type { Engine } from './engine/engine.js'
import type { AssetSettings, Effort, Format, Metadata, Quality, Resize } from './types.js'

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

/** Every field is optional; `compress()` alone is meant to be right. */
export interface Options {
  /**
   * What makes files smaller: `'local'` is this machine, an object is your own engine, `'auto'` picks.
   * @default 'auto'
   */
  engine?: 'auto' | 'local' | Engine | undefined
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
  readonly engine: 'auto' | 'local' | Engine
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
  readonly cache: { readonly dir: string | null; readonly maxSize: number } | false
  readonly concurrency: number
  readonly onError: 'keep' | 'warn' | 'fail'
  readonly report: ResolvedReport
  readonly budgets: readonly Budget[]
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
  concurrency: 'none',
  onError: 'none',
  report: 'none',
  budgets: 'none',
}
