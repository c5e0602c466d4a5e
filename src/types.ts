import type { Effort, Format, Metadata, Quality, Resize, Scale } from '@compress-fast/engine'

export type { Effort, Format, Metadata, Quality, Resize, Scale }

/** Where the build got a file from. */
export type Origin = 'bundle' | 'public' | 'inline' | 'folder'

/** What an import asks of its file by `?compress=`: to be left alone, or a quality. */
export type Wish = 'off' | AssetSettings['quality']

/** A file that the build is about to ship. */
export interface Asset {
  /** Path in the output, with forward slashes. Inlined data has the path of the module that holds it. */
  readonly path: string
  /** Where its bytes came from, relative to the project root, when the bundler says. */
  readonly source: string | null
  /** Further sources with the same bytes, where the bundler made one file of several. */
  readonly alsoFrom?: readonly string[]
  /** What the import of this very file asks for. */
  readonly wish?: Wish | undefined
  readonly origin: Origin
  readonly bytes: Uint8Array
}

/** A place that several machines share, as `cache.remote` takes it. What lies there is signed, so it need not be trusted. */
export interface RemoteStore {
  /** The bytes under a name, or nothing. Names are `namespace/key`, made of letters, digits, `.`, `_`, `-` and one slash. */
  get(name: string, call: RemoteGet): Promise<Uint8Array | null | undefined>
  /** Keeps bytes under a name. */
  put(name: string, bytes: Uint8Array, call: RemotePut): Promise<unknown>
  /** Ends connections; the store may be used again afterwards. */
  close?(): Promise<void>
}

export interface RemoteGet {
  /** More bytes than that are of no use. */
  readonly mostBytes: number
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal
}

export interface RemotePut {
  /** Whether what is there is known to be of no use. Else it may stay, as it is the same. */
  readonly replaces: boolean
  readonly signal: AbortSignal
}

/** Everything that may change one asset's result, with every question answered. */
export interface AssetSettings {
  /** A SSIMULACRA2 score from 1 to 100, or no loss at all. */
  readonly quality: number | 'lossless'
  readonly effort: Effort
  readonly metadata: Metadata
  /** How far images are scaled down. Absent where they keep their size, so that keys and names are as before. */
  readonly resize?: Scale | undefined
}

/** Where a result came from. */
export type From = 'engine' | 'memory' | 'disk' | 'remote'

/** One asset's line in the report. */
export interface Outcome {
  readonly path: string
  readonly source: string | null
  readonly origin: Origin
  readonly format: Format | null
  readonly before: number
  readonly after: number
  readonly outcome: 'compressed' | 'kept' | 'failed'
  readonly from: From | null
  /** A stable code for `kept` and `failed`, else `null`. */
  readonly reason: string | null
  /** Measured SSIMULACRA2 score where the engine measured it. */
  readonly quality: number | null
  /** Digest of the bytes that ship. */
  readonly digest: string
  readonly ms: number
  /** Modules that pull the file in, where the bundler tells and `report.html` asks for it. */
  readonly importers?: readonly string[]
}

/** What became of bytes, whichever file they turn out to be in the output. Plain data that can be kept. */
export interface Receipt extends Omit<Outcome, 'path' | 'source' | 'origin' | 'importers'> {
  /** Absent where no result was looked for. */
  readonly locked?: Locked
}

/** A result by what it is made from and what it is, whatever became of it. Plain data. */
export interface Locked {
  /** The key of the result in caches, which all that comes before the result is made into. */
  readonly key: string
  /** SHA-256 of the source in hex. */
  readonly digest: string
  readonly format: string
  /** The settings that count for the engine. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly engine: { readonly id: string; readonly version: string }
  /** The quality that imports ask for by `?compress=`, where that is not what the options say. */
  readonly asked?: string | undefined
  readonly result: LockedResult
}

/** The digest is SHA-256 in hex, the size is in bytes. */
export type LockedResult =
  | { readonly gain: true; readonly digest: string; readonly size: number }
  | { readonly gain: false; readonly reason: string }

/** One thing the user should know, said once. */
export interface Warning {
  readonly code: string
  readonly message: string
  readonly hint: string | null
}

/** Everything that happened, as `report.json` holds it. */
export interface Report {
  readonly schema: 1
  readonly engine: { readonly id: string; readonly version: string }
  /** Settings of formats without their own; never a secret. */
  readonly settings: Omit<AssetSettings, 'quality'> & { readonly quality: Quality }
  readonly totals: Totals
  readonly assets: readonly Outcome[]
  readonly warnings: readonly Warning[]
}

export interface Totals {
  /** Files seen. */
  readonly assets: number
  /** Bytes over all files seen. */
  readonly before: number
  readonly after: number
  readonly compressed: number
  readonly kept: number
  readonly failed: number
  /** Where results came from. */
  readonly from: Readonly<Record<From, number>>
  /** Credits of the service that were spent. */
  readonly credits: number
  /** Milliseconds for which the build waited. */
  readonly durationMs: number
}
