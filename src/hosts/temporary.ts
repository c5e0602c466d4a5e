import { hash, randomUUID } from 'node:crypto'
import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '../util/alive.js'

const machine = hash('sha256', hostname()).slice(0, 8)
const pattern = /^\.compress-fast-([0-9a-f]{8})-(\d+)-[0-9a-f-]{36}\.tmp$/

// Writing one file takes seconds at most. What is older was left by a process that was killed.
const lifetimeMs = 10 * 60 * 1000

/** A name for a file that is being written. It tells who writes, so that others see when it was left behind. */
export function temporaryName(): string {
  return `.compress-fast-${machine}-${process.pid}-${randomUUID()}.tmp`
}

/** Whether a file of this name is one that is being written, or was. */
export function isTemporary(name: string): boolean {
  return pattern.test(name)
}

/** Removes from a folder what killed processes were writing there. Never throws: it is a courtesy. */
export function removeLeftBehind(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      if (isTemporary(name) && isLeftBehind(folder, name)) rmSync(join(folder, name), { force: true })
    }
  } catch {
    // Whoever cannot look here cannot write here either, and is told that.
  }
}

function isLeftBehind(folder: string, name: string): boolean {
  const [, where, pid] = pattern.exec(name) ?? []
  if (where === machine && !isAlive(Number(pid))) return true
  // The change time, as the time of modification is given to the file before it is renamed.
  const stats = lstatSync(join(folder, name), { throwIfNoEntry: false })
  return stats !== undefined && Date.now() - stats.ctimeMs > lifetimeMs
}
