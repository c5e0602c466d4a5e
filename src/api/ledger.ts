import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import {
  createLedgerFile,
  type FoundLedger,
  type LedgerFile,
  makeFolder,
  readLedgers,
  removeLedger,
} from './ledger-files.js'
import {
  decodeEntries,
  type Entry,
  encodeEntry,
  type Happening,
  leftoversOf,
  lifetimeMs,
  type Standing,
  standingOf,
} from './ledger-record.js'

/**
 * What was sent to be compressed, and is or may be paid: kept on disk, so that a build that is killed loses nothing that
 * the next one could not pick up. One file for each process, as appending to one's own needs no lock; all are read.
 */
export interface Ledger {
  /** Where an upload stands, whichever process wrote of it. */
  standing(upload: string): Promise<Standing>
  /** Writes what is happening to an upload. Resolves when it is on disk, as far as the disk can be trusted. */
  write(upload: string, epoch: number, happening: Happening): Promise<void>
  /** Jobs of processes that were killed when their results were safe, and before they were deleted from the service. */
  leftovers(): Promise<string[]>
  /** Drops what is settled, also of processes that are dead; resolves when nothing is open in the file system. */
  close(): Promise<void>
}

export interface LedgerOptions {
  /** A folder for this account alone; `null` keeps the ledger in memory, where a kill loses it. */
  readonly dir: string | null
  /** Told once, when the disk is in trouble. The ledger goes on in memory. */
  readonly warn: (message: string, hint: string) => void
  readonly now?: (() => number) | undefined
}

export function createLedger({ dir, warn, now = Date.now }: LedgerOptions): Ledger {
  // What this process wrote, in case that the disk does not take it.
  let own: Entry[] = []
  let file: Promise<LedgerFile> | undefined
  let isTold = false

  return {
    async standing(upload) {
      const known = [...own, ...(await onDisk())].filter((entry) => entry.upload === upload)
      return standingOf(known, now())
    },
    async write(upload, epoch, happening) {
      const entry: Entry = { upload, epoch, at: now(), ...happening }
      own.push(entry)
      if (dir === null || isTold) return
      file ??= openFile(dir)
      await file.then((opened) => opened.append(encodeEntry(entry))).catch(report)
    },
    async leftovers() {
      const dead = dir === null ? [] : await deadLedgers(dir).catch(reported)
      return leftoversOf(
        dead.flatMap(({ text }) => decodeEntries(text)),
        now(),
      )
    },
    async close() {
      const opened = await file?.catch(() => undefined)
      file = undefined
      if (opened && dir !== null) await compact(dir, opened).catch(report)
      await opened?.close()
    },
  }

  async function onDisk(): Promise<Entry[]> {
    if (dir === null) return []
    return (await readLedgers(dir).catch(reported)).flatMap(({ text }) => decodeEntries(text))
  }

  async function deadLedgers(folder: string): Promise<FoundLedger[]> {
    return (await readLedgers(folder)).filter(isDead)
  }

  async function openFile(folder: string): Promise<LedgerFile> {
    await makeFolder(folder)
    await makeFolder(join(folder, host))
    return createLedgerFile(join(folder, host, `${process.pid}-${randomUUID()}.log`))
  }

  /**
   * Takes over what dead processes left open, then drops their files. Whoever is killed in between leaves the same thing
   * written twice, and never nowhere.
   */
  async function compact(folder: string, into: LedgerFile): Promise<void> {
    const dead = (await deadLedgers(folder)).filter(({ path }) => path !== into.path)
    const inherited = openOnly([...dead.flatMap(({ text }) => decodeEntries(text)), ...own], now())
    own = inherited
    if (inherited.length > 0) await into.append(inherited.map(encodeEntry).join(''))
    for (const { path } of dead) await removeLedger(path)
    if (inherited.length === 0) await removeLedger(into.path)
  }

  function isDead({ host: other, pid, touchedAt }: FoundLedger): boolean {
    // Every job in it has expired, wherever its process is; process ids come back, too.
    if (now() - touchedAt > 2 * lifetimeMs) return true
    return other === host && pid !== process.pid && !isAlive(pid)
  }

  function reported(error: unknown): [] {
    report(error)
    return []
  }

  function report(error: unknown): void {
    if (isTold) return
    isTold = true
    const why = error instanceof Error ? error.message : String(error)
    warn(
      `The record of paid uploads in ${dir} cannot be kept: ${why}.`,
      'The build goes on. Should it be killed, the next one may pay for some files again. Make the folder writable.',
    )
  }
}

/** Of the uploads that are still open, what there is to know. */
function openOnly(entries: readonly Entry[], now: number): Entry[] {
  const byUpload = new Map<string, Entry[]>()
  for (const entry of entries) byUpload.set(entry.upload, [...(byUpload.get(entry.upload) ?? []), entry])
  return [...byUpload.values()].flatMap((known) => {
    const { epoch, open } = standingOf(known, now)
    return known.filter((entry) => entry.epoch === epoch && entry.kind === open?.kind).slice(-1)
  })
}

// A name as folders may have it. Process ids mean something on their own machine only.
const host =
  hostname()
    .replace(/[^A-Za-z0-9.-]/g, '_')
    .slice(0, 64) || 'host'

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH'
  }
}
