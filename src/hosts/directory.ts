import { constants, type Dirent, type Stats } from 'node:fs'
import { lstat, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import pLimit from 'p-limit'
import type { Asset } from '../types.js'
import { isInside, relativeTo } from '../util/path.js'
import { isUnchanged } from './file-on-disk.js'
import { beginsLikeOurs, headSize, largeSize } from './head.js'
import type { AssetSession } from './host.js'
import { isTemporary, temporaryName } from './temporary.js'

/** A folder on disk whose files are to become smaller. */
export interface Sweep {
  readonly dir: string
  /** The folder that paths in the report begin at. By default the folder itself. */
  readonly place?: string
  /** Files that are done already, by path as the report has it. */
  readonly done: ReadonlySet<string>
  /** What files looked like that were looked at before, by path; those seen now are added. */
  readonly seen: Map<string, string>
  /** Folders inside that hold sources and are never written to. */
  readonly spare: readonly string[]
  /** Milliseconds since 1970. Files that were last changed before are not from this build. */
  readonly since: number
  /** Where a file came from, by its path in the folder, and what is asked for of it. */
  readonly originOf: (path: string) => Pick<Asset, 'origin' | 'source' | 'wish'>
}

// File systems keep times in steps of up to two seconds (FAT).
const clockSlackMs = 2000

// A file that is written anew each time it was looked at is left to whoever does so.
const mostLooks = 3

// Enough to keep every core and the disk busy, and few enough for `ulimit -n 64` and for memory.
const filesAtOnce = 16

/** Makes the files of a folder smaller that this build has put there and that no bundler has in hand. */
export async function sweepDirectory(sweep: Sweep, session: AssetSession): Promise<void> {
  const limit = pLimit(filesAtOnce)
  const files: Promise<void>[] = []
  const { place = sweep.dir } = sweep
  for await (const path of filesIn(sweep.dir, sweep.spare)) {
    const name = relativeTo(place, path)
    if (!sweep.done.has(name) && session.wants(name)) files.push(limit(() => sweepFile(path, name)))
  }
  await Promise.all(files)

  async function sweepFile(path: string, name: string, looks = mostLooks): Promise<void> {
    const before = await ifThere(lstat(path))
    if (!before || isFromBefore(before, sweep) || sweep.seen.get(path) === looksOf(before)) return
    const bytes = await ifThere(readOurs(path, before))
    if (!bytes) return
    const settled = await session.settle({ path: name, ...sweep.originOf(name), bytes }, place)
    // Whoever wrote it anew meanwhile has the last word, and that is looked at instead.
    if (!isUnchanged(path, before)) {
      if (looks > 1) return sweepFile(path, name, looks - 1)
      return session.warn('FILE_CHANGED', `${name} was changed again and again, and is as it was left.`, 'Build again.')
    }
    try {
      if (settled) await replaceFile(path, settled, before)
      sweep.seen.set(path, looksOf(await lstat(path)))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      session.warn('WRITE_FAILED', `${name} could not be replaced: ${why}`, 'It ships as it was.')
    }
  }
}

/** Where the folders lie that the user named in `dirs`, and what is done in them already. */
export interface NamedDirs extends Pick<Sweep, 'done' | 'seen'> {
  /** The project's root folder. */
  readonly root: string
  /** The output folder of the build, which `done` is about. It may be one of the named ones, or hold some. */
  readonly place: string
  /** Folders that the build copies from. */
  readonly publicDirs?: readonly string[]
}

/** Makes the files of the folders smaller that the user named in `dirs`, however old they are. */
export async function sweepNamedDirs(named: NamedDirs, session: AssetSession): Promise<void> {
  const { root, place, seen } = named
  const common = { seen, since: 0, originOf: () => ({ origin: 'folder' as const, source: null }) }
  for (const name of session.dirs) {
    const dir = resolve(root, name)
    if (holdsSources(dir, named)) {
      session.warn('UNSAFE_DIR', `\`dirs\` names ${name}, which holds sources.`, 'Name a folder of copies.')
      continue
    }
    const isOutput = isInside(dir, place)
    const shared = isOutput ? place : isInside(place, dir) ? dir : undefined
    if (shared !== undefined)
      await sweepDirectory({ ...common, dir: shared, place, done: named.done, spare: [] }, session)
    if (shared === dir) continue
    const spare = isOutput ? [place] : []
    await sweepDirectory({ ...common, dir, place: root, done: new Set(), spare }, session)
  }
}

function holdsSources(dir: string, { root, publicDirs = [] }: NamedDirs): boolean {
  return isInside(dir, root) || publicDirs.some((folder) => isInside(dir, folder) || isInside(folder, dir))
}

/** What others take away or forbid while we look is not ours to look at. */
async function ifThere<T>(looking: Promise<T>): Promise<T | undefined> {
  return looking.catch(() => undefined)
}

function isFromBefore(stats: Stats, { since }: Sweep): boolean {
  return !stats.isFile() || stats.ctimeMs < since - clockSlackMs
}

function looksOf({ size, mtimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ino}`
}

/** The bytes of a file; `undefined` for a large one that begins like nothing we know. */
async function readOurs(path: string, { size }: Stats): Promise<Buffer | undefined> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  try {
    if (size > largeSize) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(headSize), 0, headSize, 0)
      if (!beginsLikeOurs(buffer.subarray(0, bytesRead))) return undefined
    }
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/**
 * All files below a folder, links not followed; those of `node_modules` and `.git` are others'.
 * @param spare Folders inside that are left out.
 * @param tell Told of folders that cannot be read. By default they are passed by.
 */
export async function* filesIn(
  dir: string,
  spare: readonly string[],
  tell: (dir: string, error: unknown) => void = () => undefined,
): AsyncGenerator<string> {
  // Once for all: names have nothing in them to be resolved, and `join` looks at every letter.
  const before = join(dir, sep)
  for (const entry of await entriesOf(dir, tell)) {
    const path = before + entry.name
    if (entry.isFile() && !isTemporary(entry.name)) yield path
    else if (entry.isDirectory() && !isForeign(entry.name) && !spare.some((folder) => isInside(folder, path))) {
      yield* filesIn(path, spare, tell)
    }
  }
}

async function entriesOf(dir: string, tell: (dir: string, error: unknown) => void): Promise<Dirent[]> {
  try {
    return await readdir(dir, { withFileTypes: true })
  } catch (error) {
    // An output folder that was never made, or is gone, has nothing to offer.
    tell(dir, error)
    return []
  }
}

function isForeign(name: string): boolean {
  return name === 'node_modules' || name === '.git'
}

/**
 * Puts new bytes in a file's place in one step, so that nobody sees half a file and a file that shares its bytes with a
 * source by a hard link leaves the source alone.
 */
async function replaceFile(path: string, bytes: Uint8Array, { mode }: Stats): Promise<void> {
  const temporary = join(dirname(path), temporaryName())
  try {
    const file = await open(temporary, 'wx', mode & 0o777)
    try {
      await file.writeFile(bytes)
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
