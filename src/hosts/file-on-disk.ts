import type { Stats } from 'node:fs'
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  futimesSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fillFrom, readBytes } from '../util/read-bytes.js'
import { beginsLikeOurs, headSize, largeSize } from './head.js'
import { temporaryName } from './temporary.js'

/** A file as it was when it was read. */
export interface FileOnDisk {
  readonly bytes: Buffer
  readonly stats: Stats
}

// Windows has neither flag. A pipe must not be waited for.
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants as Record<string, number | undefined>
const flags = (O_RDONLY ?? 0) | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)

/**
 * Reads a file; `undefined` for what is no plain file, and for a large one that begins like nothing we know.
 *
 * Synchronous, as reading warm files through the thread pool takes twice the time; what is worked on meanwhile is
 * worked on by other processes.
 * @throws what the file system failed with.
 */
export function readIfOurs(path: string): FileOnDisk | undefined {
  const file = openSync(path, flags)
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) return undefined
    if (stats.size > largeSize) {
      if (!beginsLikeOurs(readBytes(file, headSize))) return undefined
    }
    return { bytes: readBytes(file, stats.size), stats }
  } finally {
    closeSync(file)
  }
}

/**
 * The bytes of a file that fits into the space given, as a view into that; `undefined` for all others. For a look at many
 * files of which few are worked on: no memory is taken for each, nor is the system asked what it is.
 * @throws what the file system failed with.
 */
export function readInto(space: Buffer, path: string): Buffer | undefined {
  const file = openSync(path, flags)
  try {
    const bytes = fillFrom(file, space)
    return bytes.byteLength < space.byteLength ? bytes : undefined
  } finally {
    closeSync(file)
  }
}

/**
 * Whether a file is still the one that was read. One that has lost another of its names, as when that was replaced by us,
 * has another change time for that alone.
 */
export function isUnchanged(path: string, { size, mtimeMs, ctimeMs, ino, nlink }: Stats): boolean {
  const now = lstatSync(path, { throwIfNoEntry: false })
  if (now?.size !== size || now.mtimeMs !== mtimeMs || now.ino !== ino) return false
  return now.ctimeMs === ctimeMs || now.nlink < nlink
}

/**
 * Puts bytes in a file's place in one step, with the mode, the times and where possible the owner of another. A file
 * that shares its bytes with this one by a hard link keeps them.
 *
 * Synchronous: no signal is handled between its steps, so who stops us in the usual way finds the old file or the new
 * one, and nothing beside it.
 * @throws what the file system failed with; nothing is left behind then.
 */
export function replaceFile(path: string, bytes: Uint8Array, like: Stats): void {
  const temporary = join(dirname(path), temporaryName())
  try {
    writeNew(temporary, bytes, like)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

function writeNew(path: string, bytes: Uint8Array, like: Stats): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, bytes)
    giveTo(file, like)
    fchmodSync(file, like.mode & 0o777)
    futimesSync(file, like.atimeMs / 1000, like.mtimeMs / 1000)
    // It may be the only copy that there is: after a power cut it must not be an empty one.
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function giveTo(file: number, { uid, gid }: Stats): void {
  const own = fstatSync(file)
  if (own.uid === uid && own.gid === gid) return
  try {
    fchownSync(file, uid, gid)
  } catch {
    // Only root may give files away. Others own what they write, as with every editor.
  }
}
