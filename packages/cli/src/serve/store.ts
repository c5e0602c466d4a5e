import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Address, openSeal, type Secret, sealOverhead } from 'unplugin-compress-fast/cli'
import { createEvictor } from './evictor.js'

/** What became of an entry that was sent. */
export type Stored = 'stored' | 'exists' | 'too-large' | 'refused' | 'full'

/** Entries in a folder, one plain file each. Readers see all of one or nothing. */
export interface EntryStore {
  /** An open entry, which whoever asked closes. */
  read(address: Address): Promise<{ readonly file: FileHandle; readonly size: number } | undefined>
  write(address: Address, body: Readable, replaces: boolean): Promise<Stored>
  /** Resolves when nothing is removed any more. */
  close(): Promise<void>
}

/** What may lie in a store. */
export interface StoreLimits {
  /** Bytes of one entry. */
  readonly mostBytes: number
  /** Bytes on disk of all; beyond, what was not used for longest goes. */
  readonly maxSize: number
}

const fullDisk = new Set(['ENOSPC', 'EDQUOT'])
// What a killed server left behind. No upload takes that long.
const staleMs = 60 * 60 * 1000
// As fine as anybody needs to know what was used last. A file's times are where it survives the server.
const useStepMs = 60_000

/**
 * @param secrets Those who sign; where there are none, entries are taken as they come, and clients alone look at them.
 */
export async function openEntryStore(
  dir: string,
  secrets: readonly Secret[],
  { mostBytes, maxSize }: StoreLimits,
): Promise<EntryStore> {
  const temp = join(dir, '.tmp')
  await mkdir(temp, { recursive: true })
  await removeStale(temp)
  const evictor = createEvictor(dir, maxSize)
  return { read, write, close: evictor.close }

  // Both parts were looked at by `parseAddress`, and are plain names.
  function pathOf({ namespace, key }: Address): { readonly folder: string; readonly path: string } {
    const folder = join(dir, namespace, key.slice(0, 2))
    return { folder, path: join(folder, key) }
  }

  async function read(address: Address): ReturnType<EntryStore['read']> {
    const { path } = pathOf(address)
    const file = await open(path).catch(unlessMissing)
    if (!file) return undefined
    const { size, mtimeMs } = await file.stat()
    const now = Date.now()
    // By its path, as Windows does not let a reader's handle do that. What was removed meanwhile is read all the same.
    if (Math.abs(now - mtimeMs) > useStepMs) await utimes(path, now / 1000, now / 1000).catch(() => undefined)
    return { file, size }
  }

  async function write(address: Address, body: Readable, replaces: boolean): Promise<Stored> {
    const { folder, path } = pathOf(address)
    const upload = join(temp, randomUUID())
    try {
      const size = await receive(body, upload, mostBytes)
      if (size > mostBytes) return 'too-large'
      if (!(await isSigned(upload, address, secrets))) return 'refused'
      const place = async () => {
        await mkdir(folder, { recursive: true })
        // Unlike a rename, a link fails where something is.
        await (replaces ? rename(upload, path) : link(upload, path))
      }
      // A folder that was made may be gone for being empty.
      await place().catch((error: unknown) => (codeOf(error) === 'ENOENT' ? place() : Promise.reject(error)))
      evictor.grew(size)
      return 'stored'
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return 'exists'
      if (!fullDisk.has(codeOf(error))) throw error
      evictor.makeRoom()
      return 'full'
    } finally {
      await rm(upload, { force: true })
    }
  }
}

/**
 * Writes what comes to a file. Returns how much came. What is more than it may be, or than the disk takes, is read and not
 * written, so that an answer arrives.
 * @throws what the file system failed with, in the end.
 */
async function receive(body: AsyncIterable<Buffer>, path: string, most: number): Promise<number> {
  let size = 0
  let failure: unknown
  const fail = (error: unknown) => {
    failure = error
  }
  const file = await open(path, 'wx').catch(fail)
  try {
    for await (const chunk of body) {
      size += chunk.byteLength
      // Whoever goes on and on is not listened to.
      if (size > 2 * most) throw Object.assign(new Error('The upload does not end.'), { code: 'ECONNABORTED' })
      if (size <= most && failure === undefined) await file?.writeFile(chunk).catch(fail)
    }
  } finally {
    await file?.close()
  }
  if (failure !== undefined) throw failure
  return size
}

/** Whether a file is a whole entry for this address, signed by somebody who may. */
async function isSigned(path: string, address: Address, secrets: readonly Secret[]): Promise<boolean> {
  if (secrets.length === 0) return true
  const sealed = openSeal(await headOf(path), address, secrets)
  if ('fault' in sealed) return false
  const { verdict, size, payloadAt } = sealed
  if ((await stat(path)).size !== payloadAt + size) return false
  if (!verdict.gain) return true
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { start: payloadAt }), hash)
  return hash.digest('hex') === verdict.digest
}

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sealOverhead), 0, sealOverhead, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

async function removeStale(temp: string): Promise<void> {
  for (const name of await readdir(temp)) {
    const path = join(temp, name)
    const found = await stat(path).catch(unlessMissing)
    if (found && Date.now() - found.mtimeMs > staleMs) await rm(path, { force: true })
  }
}

function unlessMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
