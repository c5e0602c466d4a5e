import { existsSync } from 'node:fs'
import { cp, mkdir, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Asset } from '../types.js'
import { isInside, relativeTo, toPosix } from '../util/path.js'
import { sweepDirectory, sweepNamedDirs } from './directory.js'
import { type Line, listenTo } from './farm-memory.js'
import type { AssetSession } from './host.js'

/** The folders of a project, absolute. */
export interface Folders {
  readonly root: string
  /** The output folder. */
  readonly place: string
  readonly publicDir: string
  /** The folder that Farm copies the public folder to. */
  readonly publicPlace: string
}

/** Makes the files on disk smaller that Farm does not hold, in the builds of one compiler. */
export interface Sweeper {
  /**
   * Comes before Farm writes.
   * @param taken Paths of what it is about to write.
   * @param since When the build began.
   */
  sweep(taken: ReadonlySet<string>, since: number): Promise<void>
}

export function createSweeper({ root, place, publicDir, publicPlace }: Folders, session: AssetSession): Sweeper {
  const seen = new Map<string, string>()
  const lines: Line[] = []
  const spare = [root, publicDir].filter((folder) => isInside(publicPlace, folder))
  return { sweep }

  async function sweep(taken: ReadonlySet<string>, since: number): Promise<void> {
    await copyPublicFolder(publicDir, publicPlace, taken)
    // A build in watch mode finds the folder as the one before has left it.
    for (const { file, receipt } of lines) session.tell(file, publicPlace, receipt)
    const listening = listenTo(session, (line) => lines.push(line))
    await sweepDirectory({ dir: publicPlace, since, seen, done: taken, spare, originOf }, listening)
    await sweepNamedDirs({ root, place, publicDirs: [publicDir], seen, done: taken }, session)
  }

  function originOf(path: string): Pick<Asset, 'origin' | 'source'> {
    const source = resolve(publicDir, path)
    if (!existsSync(source)) return { origin: 'folder', source: null }
    return { origin: 'public', source: toPosix(relativeTo(root, source)) }
  }
}

/**
 * Copies the public folder as Farm does, only earlier. Farm copies it when no plugin is asked any more, and leaves out
 * what is there already.
 * @param taken Paths of files that the build is about to write. Farm copies nothing under the first part of them.
 */
async function copyPublicFolder(from: string, to: string, taken: Iterable<string>): Promise<void> {
  const tops = new Set([...taken].map((name) => name.split('/')[0]))
  const names = await readdir(from).catch(() => [])
  const free = names.filter((name) => !tops.has(name) && !existsSync(join(to, name)))
  if (free.length > 0) await mkdir(to, { recursive: true })
  await Promise.all(free.map((name) => cp(join(from, name), join(to, name), { recursive: true })))
}
