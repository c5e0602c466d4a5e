import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type BlobStore, TooManyBytesError, type Written } from './blobs.js'

/** The blob store that needs no other service: files in a folder. */
export async function openDiskBlobs(root: string): Promise<BlobStore> {
  const files = join(root, 'files')
  const temporary = join(root, 'tmp')
  for (const folder of [files, temporary]) await mkdir(folder, { recursive: true, mode: 0o700 })
  const scratch = () => join(temporary, randomUUID())

  function pathOf(name: string): string {
    if (!/^[a-z\d-]+(\/[a-z\d-][a-z\d.-]*)?$/.test(name))
      throw new TypeError(`${JSON.stringify(name)} is no name of a blob`)
    return join(files, name)
  }

  async function adopt(path: string, name: string): Promise<void> {
    const target = pathOf(name)
    await syncPath(path)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await rename(path, target)
    await syncPath(dirname(target))
  }

  return {
    scratch,
    adopt,
    async write(name, source, limit) {
      const path = scratch()
      try {
        const written = await writeFile(path, source, limit)
        await adopt(path, name)
        return written
      } catch (error) {
        await rm(path, { force: true })
        throw error
      }
    },
    async read(name) {
      const path = pathOf(name)
      const bytes = await sizeOf(path)
      return bytes === undefined ? undefined : { bytes, stream: createReadStream(path) }
    },
    async checkOut(name) {
      const path = pathOf(name)
      return (await sizeOf(path)) === undefined ? undefined : { path, release: async () => {} }
    },
    async copy(from, to) {
      const path = scratch()
      await linkOrCopy(pathOf(from), path)
      await adopt(path, to)
    },
    remove: (name) => rm(pathOf(name), { force: true }),
    async *list() {
      for (const entry of await readdir(files, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue
        const folder = entry.parentPath.slice(files.length + 1)
        yield folder === '' ? entry.name : `${folder}/${entry.name}`
      }
    },
    async sweep() {
      for (const name of await readdir(temporary)) await rm(join(temporary, name), { force: true, recursive: true })
    },
  }
}

async function writeFile(path: string, source: AsyncIterable<Uint8Array>, limit: number): Promise<Written> {
  const hash = createHash('sha256')
  let bytes = 0
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of source) {
      bytes += chunk.length
      if (bytes > limit) throw new TooManyBytesError(limit)
      hash.update(chunk)
      // Unlike `write`, this goes on after a short write, and fails on a full disk.
      await file.writeFile(chunk)
    }
  } finally {
    await file.close()
  }
  return { bytes, digest: hash.digest('hex') }
}

/** A second name for the same bytes where the disk can do that. Files here are never written to again. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if (isMissing(error)) throw error
    await copyFile(from, to)
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Waits until a file's bytes, or a folder's names, are on the disk. */
async function syncPath(path: string): Promise<void> {
  // Windows has no handles of folders; its file system logs names itself.
  const handle = await open(path, process.platform === 'win32' ? 'r+' : 'r').catch((error: unknown) => {
    if (process.platform === 'win32') return undefined
    throw error
  })
  try {
    await handle?.sync()
  } finally {
    await handle?.close()
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
