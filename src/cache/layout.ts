import { join, sep } from 'node:path'
import { entryVersion } from './entry.js'

/** Where a disk cache keeps what. Everything lies in `base`, which belongs to this format version alone. */
export interface Layout {
  /** The folder as configured; it may be shared with others. */
  readonly dir: string
  readonly base: string
  /** Files being written. In the same tree as the entries, so that renaming never copies. */
  readonly temp: string
  /** Its modification time is when the last sweep began. */
  readonly marker: string
  /** Exists while a process sweeps. */
  readonly lock: string
  /** Verdicts of many entries in one file; see `KeptVerdicts`. */
  readonly kept: string
  /** Tells backup tools to pass by: https://bford.info/cachedir/ */
  readonly tag: string
  /** One of 256 folders, by the first two digits of the key, since some file systems are slow on huge folders. */
  shard(key: string): string
  entry(key: string): string
  /** Exists while a process makes a result. Among the temporary files, so that a forgotten one is cleaned up with them. */
  claim(key: string): string
}

/** The layout of the cache in a folder. */
export function layoutOf(dir: string): Layout {
  const base = join(dir, `v${entryVersion}`)
  // Keys are plain names, which `join` would only be slow to find out: this is asked for each file of a build.
  const shard = (key: string) => `${base}${sep}${key.slice(0, 2)}`
  return {
    dir,
    base,
    temp: join(base, 'tmp'),
    marker: join(base, 'swept'),
    lock: join(base, 'sweep.lock'),
    kept: join(base, 'kept'),
    tag: join(base, 'CACHEDIR.TAG'),
    shard,
    entry: (key) => `${shard(key)}${sep}${key}`,
    claim: (key) => join(base, 'tmp', `claim-${key}`),
  }
}

/** Whether a name is the key of an entry: SHA-256 in lower-case hex. */
export function isKey(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name)
}

/** @throws TypeError when a key could be anything but a plain file name; the caller has a bug. */
export function assertKey(key: string): void {
  if (!isKey(key)) throw new TypeError(`A cache key is 64 lower-case hex digits, not ${JSON.stringify(key)}.`)
}
