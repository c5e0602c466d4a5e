import { mkdirSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import type { Asset, Receipt } from '../types.js'
import { type FileOnDisk, isUnchanged, readIfOurs, readInto, replaceFile } from './file-on-disk.js'
import { largeSize } from './head.js'
import type { AssetSession } from './host.js'
import { createInHand, type Hands } from './in-hand.js'
import { removeLeftBehind } from './temporary.js'

/** A file to make smaller. */
export interface FileTask {
  /** Absolute. */
  readonly path: string
  /** Its path as the report has it and as globs match it, with forward slashes. */
  readonly name: string
  /** Where the result goes, absolute: the file's own path to replace it, `null` to write nothing. */
  readonly target: string | null
}

/** Files that are named one by one, rather than found in a build's output. */
export interface FilesRun extends Hands {
  readonly files: readonly FileTask[]
  /** The folder that names begin at. */
  readonly place: string
  /** Told of each file that is done with, whatever became of it. */
  readonly done: (file: FileTask) => void
}

/** What is asked of the pipeline. */
export type FilesSession = Pick<AssetSession, 'glance' | 'shrink' | 'tell' | 'warn'>

// As long as signals may wait, and the line that shows how it goes. Files that are done are told without a pause.
const longestWithoutPauseMs = 50

/**
 * Makes files smaller and writes them where they are to go. One that is not worth it goes there as it is.
 * @throws {CompressionError} Only when the user asked for that; files that are done stay done.
 */
export async function compressEach(run: FilesRun, session: FilesSession): Promise<void> {
  const write = createWriter()
  const waiting = run.files.values()
  // Files are looked at in one and the same place, one by one.
  const space = Buffer.allocUnsafeSlow(largeSize)
  let isFailed = false
  let pausedAt = performance.now()
  const hand = createInHand(run)
  await Promise.all(Array.from({ length: run.atOnce + run.ahead }, work))

  async function work(): Promise<void> {
    for (;;) {
      while (!hand.hasRoom()) await hand.change()
      const { value: file } = waiting.next()
      if (!file || isFailed) return
      try {
        if (!isDone(file)) await compressOne(file)
      } catch (error) {
        isFailed = true
        throw error
      }
      run.done(file)
      if (performance.now() - pausedAt < longestWithoutPauseMs) continue
      await breathe()
      pausedAt = performance.now()
    }
  }

  /** Whether a file is known to stay as it is, which is told then. What cannot be read is another's to say. */
  function isDone(file: FileTask): boolean {
    if (file.target !== null && file.target !== file.path) return false
    try {
      const bytes = readInto(space, file.path)
      const asset = bytes && assetOf(file, bytes)
      const receipt = asset && session.glance(asset)
      if (receipt) session.tell(asset, run.place, receipt)
      return receipt !== undefined
    } catch {
      return false
    }
  }

  async function compressOne(file: FileTask): Promise<void> {
    const read = readOrTell(file, session)
    if (!read) return
    const { byteLength } = read.bytes
    hand.take(byteLength)
    try {
      const asset = assetOf(file, read.bytes)
      const { bytes, receipt } = await session.shrink(asset)
      if (receipt) session.tell(asset, run.place, deliver(file, read, bytes, receipt))
    } finally {
      hand.putDown(byteLength)
    }
  }

  /** Writes what there is to write. What became of the file may be something else for that. */
  function deliver(file: FileTask, read: FileOnDisk, smaller: Uint8Array | undefined, receipt: Receipt): Receipt {
    const { path, name, target } = file
    const bytes = smaller ?? (target === path ? undefined : read.bytes)
    if (target === null || bytes === undefined) return receipt
    const asItWas = { ...receipt, after: receipt.before, quality: null }
    if (target === path && !isUnchanged(path, read.stats)) {
      session.warn('FILE_CHANGED', `${name} was changed during the run, and is as it was left.`, 'Run again.')
      return { ...asItWas, outcome: 'kept', reason: 'changed-meanwhile' }
    }
    try {
      write(target, bytes, read.stats)
      return receipt
    } catch (error) {
      session.warn('WRITE_FAILED', `${name} could not be written: ${messageOf(error)}`, 'It is as it was.')
      return { ...asItWas, outcome: 'failed', reason: 'write-failed' }
    }
  }
}

function assetOf({ name }: FileTask, bytes: Uint8Array): Asset {
  return { path: name, source: name, origin: 'folder', bytes }
}

function readOrTell({ path, name }: FileTask, session: FilesSession): FileOnDisk | undefined {
  try {
    return readIfOurs(path)
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    // What stands for bytes that are no UTF-8: a file of that name there is, and no way to ask for it by a text.
    if (isMissing && name.includes('\uFFFD')) {
      session.warn('READ_FAILED', `${name} could not be read: its name is no UTF-8.`, 'Rename it. It is as it was.')
    } else if (isMissing) {
      session.warn('FILE_GONE', `${name} is gone since the run began.`, 'Nothing was done about it.')
    } else {
      session.warn('READ_FAILED', `${name} could not be read: ${messageOf(error)}`, 'It is as it was.')
    }
    return undefined
  }
}

/** Makes the function that writes files. What killed processes left in a folder goes with the first one there. */
function createWriter(): (target: string, bytes: Uint8Array, like: Stats) => void {
  const folders = new Set<string>()
  return (target, bytes, like) => {
    const folder = dirname(target)
    if (!folders.has(folder)) {
      folders.add(folder)
      mkdirSync(folder, { recursive: true })
      removeLeftBehind(folder)
    }
    if (!isSame(target, bytes)) replaceFile(target, bytes, like)
  }
}

/** Whether a file has these bytes already, so that writing them would only look like a change. */
function isSame(path: string, bytes: Uint8Array): boolean {
  try {
    return readIfOurs(path)?.bytes.equals(bytes) ?? false
  } catch {
    return false
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
