import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { replaceText } from '../util/replace-text.js'
import { type LockLine, type LockText, parseLock, printLock } from './lock-text.js'
import { mergeLines } from './merge.js'

/** What a session found, as far as it is known. */
export interface Findings {
  readonly lines: readonly LockLine[]
  /** The folders that it wrote to, as the names of files begin with them. */
  readonly places: ReadonlySet<string>
}

/** The lock file of a project, for all sessions of a process. */
export interface LockFile {
  /** Absolute. */
  readonly path: string
  isThere(): boolean
  /** What it holds; `undefined` where there is none. @throws what the file system failed with. */
  read(): LockText | undefined
  /**
   * Brings it up to date with what a session found, in place of what the same session found before. Written only when
   * something changes, in one step.
   * @returns What it held before.
   * @throws what the file system failed with.
   */
  update(session: object, findings: Findings): Promise<LockText | undefined>
}

/** @param root The folder that names of files begin at. */
export function createLockFile(path: string, root: string): LockFile {
  // Sessions under other options may be at the same files, and each line of theirs is as good as the other.
  const sessions = new Map<object, Findings>()
  let writing: Promise<unknown> = Promise.resolve()
  return {
    path,
    isThere: () => existsSync(path),
    read: () => parsed(readIfThere(path)),
    update(session, findings) {
      sessions.set(session, findings)
      const written = writing.then(write)
      writing = written.catch(() => undefined)
      return written
    },
  }

  async function write(): Promise<LockText | undefined> {
    const text = readIfThere(path)
    const before = parsed(text)
    const found = [...sessions.values()].flatMap(({ lines }) => lines)
    const next = printLock(mergeLines({ before: before?.lines ?? [], found, isGone }))
    // Git may have given it the line ends of the system, which says nothing else.
    if (text?.replaceAll('\r\n', '\n') !== next) await replaceText(path, next)
    return before
  }

  /** Whether a file is gone. Of what builds make, only those who write to the folder can tell. */
  function isGone(file: string): boolean {
    const name = file.replace(/\?compress=[^?]*$/, '')
    const [, place, below] = /^<([^>]*)>\/(.*)$/s.exec(name) ?? []
    if (place === undefined || below === undefined) return !existsSync(resolve(root, name))
    const isOurs = [...sessions.values()].some(({ places }) => places.has(place))
    return isOurs && !existsSync(resolve(root, place, below))
  }
}

function parsed(text: string | undefined): LockText | undefined {
  return text === undefined ? undefined : parseLock(text)
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
