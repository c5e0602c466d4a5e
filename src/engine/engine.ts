import type { AssetSettings, Format, Scale } from '../types.js'

/** What an engine is asked: fewer bytes of the same format, under these settings. */
export interface EngineRequest {
  readonly format: Format
  readonly settings: AssetSettings
  readonly signal: AbortSignal
}

/**
 * Fewer bytes, or why there are none. Both are remembered; a failure is thrown and never remembered. The reason
 * `broken-asset`, of somebody who read these very bytes and found them damaged, is remembered as well, and each build is
 * told of it as of a failure.
 */
export type EngineAnswer = (
  | { readonly gain: true; readonly bytes: Uint8Array; readonly quality: number | null }
  | { readonly gain: false; readonly reason: string }
) & {
  /** Called when the answer lies in the caches, for engines that keep a copy of it elsewhere until then. */
  readonly release?: (() => void) | undefined
}

/** What a file says of itself: what is damaged, or how far its pictures are to be scaled (not at all where they fit). */
export type Survey = { readonly damage: string } | { readonly damage: null; readonly scale: Scale | undefined }

/** Turns bytes of a format into fewer bytes of that format. */
export interface Engine {
  /** A short stable name, part of every cache key. */
  readonly id: string
  /** Changes whenever the same input and settings could give other bytes; part of every cache key and file name. */
  readonly version: string
  /** The formats it can work on. */
  readonly formats: readonly Format[]
  /**
   * @throws {CompressionError} of scope `asset` when this file cannot be worked on, of scope `run` when no file can.
   */
  compress(bytes: Uint8Array, request: EngineRequest): Promise<EngineAnswer>
  /**
   * Which of the settings can change this engine's results, so that it is not asked again when others change; `null`
   * where it cannot promise what they ask for, and so is not asked at all. By default all of them count.
   */
  relevant?(settings: AssetSettings, format: Format): Readonly<Record<string, unknown>> | null
  /** Credits that were spent since the last call, for engines that cost money. */
  takeCredits?(): number
  /** Ends processes and connections. The engine may be used again afterwards. */
  close?(): Promise<void>
}
