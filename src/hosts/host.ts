import type { Asset, AssetSettings, Format, Receipt, Report, Wish } from '../types.js'

/** What was made out about bytes when they were offered. */
export interface Offered {
  /** A digest of the bytes and of the settings under which they ship, for names that are hashed from the source. */
  readonly nameDigest: string
  readonly digest: string
  readonly size: number
  readonly format: Format
  readonly settings: AssetSettings
  /** The quality that imports ask for, where that is not what the options say. */
  readonly asked?: string | undefined
}

/** What became of bytes whose place in the output is not known yet. */
export interface Shrunk {
  /** The bytes to go on with instead; `undefined` to go on with those that were given. */
  readonly bytes: Uint8Array | undefined
  /** For `tell`, once it is known where the bytes ended up. `undefined` for what the report does not mention. */
  readonly receipt: Receipt | undefined
}

/**
 * What a bundler's adapter needs of the pipeline. Adapters know when bytes appear and where they go; what happens to
 * them in between is behind these few calls.
 */
export interface AssetSession {
  /** Whether a file of this name could be one to work on, so that its bytes are worth reading. */
  wants(path: string): boolean
  /**
   * Shows an asset as soon as its bytes are known, and returns at once. What becomes of it is learnt by `settle`.
   * @param mayBegin Whether work on it may begin now, which it should unless the asset is not going to be written.
   * @returns `undefined` for an asset that ships as it is whatever the engine says.
   */
  offer(asset: Asset, mayBegin: boolean): Offered | undefined
  /**
   * Waits for the asset's result and reports it.
   * @param place The absolute output folder, which with the path makes the asset one line of the report.
   * @param offered What `offer` said of the very same bytes, which are not looked at again then.
   * @returns The bytes to ship instead, or `undefined` to ship the asset as it is.
   * @throws {CompressionError} Only when the user asked for builds to fail.
   */
  settle(asset: Asset, place: string, offered?: Offered): Promise<Uint8Array | undefined>
  /**
   * Waits for the result of bytes that a bundler is still working on. Nothing is reported before `tell` is called.
   * @param asset Its path is where the bytes are likely to go.
   * @throws {CompressionError} Only when the user asked for builds to fail.
   */
  shrink(asset: Asset): Promise<Shrunk>
  /**
   * What became of an asset that stays as it is, where that is at hand without waiting; the bytes are not kept. `shrink`
   * knows the rest.
   */
  glance(asset: Asset): Receipt | undefined
  /** Reports what `shrink` said of the bytes that became this file. */
  tell(file: Pick<Asset, 'path' | 'source' | 'alsoFrom' | 'origin'>, place: string, receipt: Receipt): void
  /** Takes back what was told of a file that was in a bundle, and is not in the output after all. */
  retract(path: string, place: string): void
  /** What the value of a `?compress=` means. One without a meaning gets a warning, and leaves the file alone. */
  wishOf(value: string, importer: string): Wish
  /** Notes what an import asks of its file, for bundlers that show files apart from their imports. */
  request(bytes: Uint8Array, wish: Wish, importer: string): void
  /** Forgets what a module asked for, as it is about to be read again. */
  withdraw(importer: string): void
  /** Says that something could not be done, once. */
  warn(code: string, message: string, hint: string): void
  /** A build that writes to this place begins, and what was told of the place before is out of date. */
  begin(place: string, kind: BuildKind): void
  /**
   * The build of these places came to its end: tells what happened, and ends what need not go on.
   * @throws {CompressionError} When more ships than the user's budgets allow, which is to fail the build.
   */
  finish(...places: readonly string[]): Promise<void>
  /** Sums up the parts of a build that have finished. */
  announce(): void
  /** Notes modules that pull a file in, all of them relative to the project root. */
  importedBy(source: string, importers: readonly string[]): void
  /** Whether anybody is going to read that. */
  readonly wantsImporters: boolean
  /** Whether the user chose among files by their paths. */
  readonly isSelective: boolean
  /** Whether files inlined into code are to be worked on. */
  readonly inline: boolean
  /** Folders that shrink at the end of a build besides what the build made, relative to the project root. */
  readonly dirs: readonly string[]
  /** A digest of whatever could make the same sources ship as other bytes. */
  readonly settingsDigest: string
}

/**
 * `whole`: a build of its own, which starts with an empty report unless others are still under way, or went to other
 * folders before. `part`: one of several that make up one build. `first`: a whole one, which is watched and must not end
 * what watches. `rebuild`: the same again.
 */
export type BuildKind = 'whole' | 'part' | 'first' | 'rebuild'

/** Opens the session of a project; the same project under the same options gets the same session. */
export type OpenSession = (root: string, logger: Logger) => AssetSession

/** Where messages go. */
export interface Logger {
  /** Whether people asked not to be told how it goes. */
  readonly isQuiet: boolean
  info(message: string): void
  warn(message: string): void
  /** Gets everything that happened at the end of a build, before it is summed up. */
  report?(report: Report): void
}

/** Bytes as the formats' readers want them, whether a bundler has text or bytes. */
export function bytesOf(source: string | Uint8Array): Uint8Array {
  return typeof source === 'string' ? Buffer.from(source) : source
}
