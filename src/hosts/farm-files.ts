import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { takeCompressQuery } from './compress-query.js'
import type { Files } from './farm-compiler.js'
import type { Memory } from './farm-memory.js'
import { cleanNames, type NamedFile, pathOf, renameIn } from './farm-names.js'
import type { AssetSession, Shrunk } from './host.js'

/** What settling files needs to know of a build. */
export interface FileBuild {
  readonly session: AssetSession
  /** The project's root folder, which the names of modules begin at. */
  readonly root: string
  /** The output folder. */
  readonly place: string
  readonly memory: Memory
  /** Paths of the files that are done. */
  readonly done: Set<string>
}

/**
 * Swaps files for smaller ones.
 * @param before What became of files in the build before. Those that are outdated stay as they were.
 */
export async function settleFiles(files: Files, build: FileBuild, before: Files = {}): Promise<Files> {
  const { memory } = build
  const named = Object.keys(files).map((name) => ({ name, moduleId: memory.moduleOf(name) }))
  const clean = cleanNames(named)
  return Object.fromEntries(await Promise.all(Object.entries(files).map(settle)))

  async function settle([name, bytes]: [string, Buffer], index: number): Promise<[string, Buffer]> {
    const to = clean.get(name) ?? name
    if (memory.isOutdated(name)) return [to, before[to] ?? bytes]
    const smaller = await shrink(named[index] ?? { name, moduleId: undefined }, bytes)
    const better = smaller ?? (name.endsWith('.css') ? renameIn(bytes, clean) : undefined)
    return [to, better ?? bytes]
  }

  async function shrink(file: NamedFile, given: Buffer): Promise<Buffer | undefined> {
    if (!claim(file.name, build)) return undefined
    const { bytes } = await settleFile(file, given, build)
    return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
}

/** Whether a file is one to work on that nobody has worked on in this build, which is then done. */
export function claim(name: string, { session, done, memory }: FileBuild): boolean {
  const path = pathOf(name)
  if (done.has(path) || !session.wants(path) || memory.isOutdated(name)) return false
  done.add(path)
  return true
}

/** Makes a file smaller, and tells of it. */
export async function settleFile(file: NamedFile, bytes: Uint8Array, build: FileBuild): Promise<Shrunk> {
  const { session, place, memory } = build
  const { source, value } = importOf(file, build)
  const written = { path: pathOf(file.name), source, origin: 'bundle' } as const
  const known = memory.receiptOf(bytes)
  const wish = value === undefined ? undefined : session.wishOf(value, `an import of ${source ?? written.path}`)
  const shrunk = known ? { bytes: undefined, receipt: known } : await session.shrink({ ...written, bytes, wish })
  if (shrunk.receipt) session.tell(written, place, shrunk.receipt)
  return shrunk
}

/** Which file an asset was imported from, and what the import asks of it. Farm makes one asset per query. */
function importOf({ name, moduleId }: NamedFile, { root }: FileBuild): { source: string | null; value?: string } {
  const path = moduleId === undefined ? undefined : pathOf(moduleId)
  // Plugins that emit a file give it a path of their own.
  const source = path !== undefined && existsSync(resolve(root, path)) ? path : null
  const taken = takeCompressQuery(moduleId ?? name)
  return taken ? { source, value: taken.value } : { source }
}
