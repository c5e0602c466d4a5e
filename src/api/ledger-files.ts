import { lstatSync, readdirSync } from 'node:fs'
import { mkdir, open, readFile, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A file that lines are added to, each of which is on the disk when its promise resolves. */
export interface LedgerFile {
  readonly path: string
  append(lines: string): Promise<void>
  close(): Promise<void>
}

/** A ledger as it was found. */
export interface FoundLedger {
  readonly path: string
  readonly name: string
  readonly host: string
  readonly pid: number
  readonly text: string
  /** Milliseconds since 1970. */
  readonly touchedAt: number
}

// A line has about 200 bytes; a file with more than a hundred thousand of them is not ours.
const largest = 32 * 2 ** 20

/** @throws what the file system failed with. */
export async function createLedgerFile(path: string): Promise<LedgerFile> {
  const file = await open(path, 'ax')
  await syncFolder(dirname(path))
  let waiting: string[] = []
  let last = Promise.resolve()
  let next: Promise<void> | undefined

  return {
    path,
    append(lines) {
      waiting.push(lines)
      // Lines that come while the disk is busy go together in the next turn.
      next ??= last
        .catch(() => undefined)
        .then(() => {
          next = undefined
          last = flush()
          return last
        })
      return next
    },
    async close() {
      await (next ?? last).catch(() => undefined)
      await file.close()
    },
  }

  async function flush(): Promise<void> {
    const lines = waiting.join('')
    waiting = []
    // `writeFile` goes on after a short write; at a handle opened for appending it adds.
    await file.writeFile(lines)
    await file.datasync()
  }
}

/** Makes a folder, and refuses a link in its place, which could lead anywhere. @throws what the file system failed with. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  if (lstatSync(path).isSymbolicLink()) throw new Error(`${path} is a symbolic link`)
}

/** All ledgers below a folder, one folder for each machine. @throws what the file system failed with. */
export async function readLedgers(folder: string): Promise<FoundLedger[]> {
  const paths = namesIn(folder).flatMap((host) => namesIn(join(folder, host)).map((name) => ({ host, name })))
  const found = await Promise.all(paths.map(({ host, name }) => readLedger(join(folder, host, name), host, name)))
  return found.filter((ledger) => ledger !== undefined)
}

async function readLedger(path: string, host: string, name: string): Promise<FoundLedger | undefined> {
  const pid = /^(\d+)-[0-9a-f-]{36}\.log$/.exec(name)?.[1]
  if (pid === undefined) return undefined
  try {
    const { size, mtimeMs } = await stat(path)
    if (size > largest) return undefined
    return { path, name, host, pid: Number(pid), text: await readFile(path, 'utf8'), touchedAt: mtimeMs }
  } catch (error) {
    // Its process, or somebody after its death, has dropped it.
    if (isMissing(error)) return undefined
    throw error
  }
}

export async function removeLedger(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (!isMissing(error)) throw error
  })
}

/** A new name is safe only with its folder. Windows has no such thing, nor has every network disk. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
