// What `compress-fast`, the command line, needs of the core. It comes with the same version and is the only one to
// import this: names here change without notice.
import { extensionsOf, sniff } from '@compress-fast/engine/sniff'
import type { Engine } from './engine/engine.js'
import { EngineFailedError } from './errors.js'
import { compressEach, type FileTask } from './hosts/files.js'
import type { Logger } from './hosts/host.js'
import { cacheDirOf, openerOf, serviceEngineOf } from './open-session.js'
import type { Options } from './options.js'
import { resolveOptions } from './resolve-options.js'

export { chooseEvictions, type EntryUse, spaceOf } from './cache/evict.js'
export { clearCache, measureCache, pruneCache, verifyCache } from './cache/maintain.js'
export { type Address, openSeal, sealOverhead } from './cache/seal.js'
export { isCompressionError } from './errors.js'
export { filesIn } from './hosts/directory.js'
export type { FileTask } from './hosts/files.js'
export type { Logger } from './hosts/host.js'
export { parseLock } from './lock/lock-text.js'
export { mayShrink } from './pipeline/select.js'
export type { Palette } from './pipeline/summary.js'
export { createPalette, isLive, showsColours } from './pipeline/terminal.js'
export { resolveSecrets } from './resolve-remote.js'
export { nearest } from './util/nearest.js'
export { isLoopback } from './util/origin.js'
export { isInside, relativeTo } from './util/path.js'
export type { Secret } from './util/secret.js'
export { formatBytes, formatDuration, parseBytes } from './util/units.js'
export { visible } from './util/visible.js'

/** Where a run takes place, and who hears of it. */
export interface RunSetup {
  /** The folder that names begin at, and the project whose cache is used. */
  readonly root: string
  readonly logger: Logger
  /** Told of each file that is done with. */
  readonly done: (file: FileTask) => void
}

// So many more are read than are worked on, that no process waits for a disk.
const readAhead = 2
// With a shared cache most of a file's time is an answer's way, which many can share. As many as it is asked at once.
const lookupsAhead = 32

/**
 * Makes files smaller as a build would, with its options, cache and report.
 * @throws {CompressionError} When the user asked for that, or when more bytes remain than `budgets` allows. Files that
 * are done stay done, and the report is written.
 */
export async function compressFiles(files: readonly FileTask[], options: Options, setup: RunSetup): Promise<void> {
  const { root, logger, done } = setup
  const { concurrency, engine, api, cache } = resolveOptions(options)
  const atOnce = readAhead + (engine === 'api' ? Math.max(concurrency, api.concurrency) : concurrency)
  const ahead = cache !== false && cache.remote ? lookupsAhead : 0
  const session = openerOf(options)(root, logger)
  session.begin(root, 'whole')
  try {
    await compressEach({ files, place: root, atOnce, ahead, done }, session)
  } catch (error) {
    // What was done is told all the same. The first thing that went wrong is the one that counts.
    await session.finish(root).catch(() => undefined)
    throw error
  }
  await session.finish(root)
}

/** A file that would go to the service. */
export interface Upload {
  /** The service's name of its format. */
  readonly format: string
  /** Bytes. */
  readonly size: number
}

/**
 * What a run with the engine of the service would send: what it takes, is to be compressed and is not in the cache, the
 * same bytes once. Nothing is sent or written.
 */
export async function uploadsOf(files: readonly FileTask[], options: Options, root: string): Promise<Upload[]> {
  const { surveyOf } = await import('./pipeline/survey.js')
  const uploads: Upload[] = []
  const engine: Engine = {
    ...serviceEngineOf(options, root),
    async compress(bytes, { format }) {
      const { damage } = surveyOf(format, bytes, undefined)
      if (damage === null) uploads.push({ format: extensionsOf(format)[0] ?? format, size: bytes.byteLength })
      // A failure is the one answer that no cache remembers.
      throw new EngineFailedError('ENGINE_FAILED', 'it was only asked what it would cost.')
    },
  }
  const quiet = { isQuiet: true, info: () => undefined, warn: () => undefined }
  const plain = {
    ...options,
    engine,
    fallback: false,
    onError: 'keep',
    report: false,
    lockFile: false,
    frozen: false,
  } as const
  const unwritten = files.map((file) => ({ ...file, target: null }))
  await compressFiles(unwritten, plain, { root, logger: quiet, done: () => undefined })
  return uploads
}

/**
 * Makes bytes smaller that have no place on disk. `undefined` where they are best as they are.
 * @throws {CompressionError} As above.
 */
export async function compressBytes(
  bytes: Uint8Array,
  options: Options,
  { root, logger }: Pick<RunSetup, 'root' | 'logger'>,
): Promise<Uint8Array | undefined> {
  const session = openerOf(options)(root, logger)
  session.begin(root, 'whole')
  const format = sniff(bytes)
  const path = format === null ? 'stdin' : `stdin.${extensionsOf(format)[0]}`
  const file = { path, source: null, origin: 'folder', bytes } as const
  try {
    const { bytes: smaller, receipt } = await session.shrink(file)
    if (receipt) session.tell(file, root, receipt)
    return smaller
  } finally {
    await session.finish(root)
  }
}

/** Where results are kept under these options, and how many bytes they may take; `null` where none are kept. */
export function cacheOf(options: Options, root: string): { dir: string; maxSize: number } | null {
  const resolved = resolveOptions(options)
  const dir = cacheDirOf(resolved, root)
  return resolved.cache === false || dir === null ? null : { dir, maxSize: resolved.cache.maxSize }
}
