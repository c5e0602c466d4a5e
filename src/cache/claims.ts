import { open, readFile, stat, unlink, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from '../util/alive.js'
import type { Layout } from './layout.js'
import { codeOf } from './trouble.js'

/** Gives a claim back. Never rejects. */
export type Release = () => Promise<void>

/**
 * Who works on what, among the processes that share a cache folder. A claim is no lock: whoever gets one without being
 * the only one does the same work twice, and nothing worse.
 */
export interface Claims {
  /** Claims the making of a result; `undefined` while another process has it. @throws what the file system failed with. */
  take(key: string): Promise<Release | undefined>
  /** Resolves when a claim is gone: given back, or its process has died. Never rejects. */
  gone(key: string, signal: AbortSignal): Promise<void>
}

// A claim is touched every two seconds. Five times that is as long as a busy process may be held up.
const heartbeatMs = 2000
const patienceMs = 10_000

const shortestPauseMs = 20
const longestPauseMs = 200

export function createClaims(layout: Layout): Claims {
  const held = new Set<string>()
  // Claims that nobody gives back and that cannot be removed, as in a folder of somebody else. They count as gone.
  const stuck = new Set<string>()
  let heart: NodeJS.Timeout | undefined

  return {
    async take(key) {
      const path = layout.claim(key)
      try {
        await makeClaim(path)
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error
        return stuck.has(path) ? async () => undefined : undefined
      }
      hold(path)
      return async () => {
        letGo(path)
        await unlink(path).catch(() => undefined)
      }
    },
    async gone(key, signal) {
      const path = layout.claim(key)
      let lastTouched = 0
      let since = performance.now()
      for (let pause = shortestPauseMs; !signal.aborted; pause = Math.min(longestPauseMs, pause * 1.5)) {
        const touched = await touchedAt(path)
        if (touched === undefined) return
        if (touched !== lastTouched) [lastTouched, since] = [touched, performance.now()]
        // No clock is compared with another one: what counts is whether the claim stands still.
        if (performance.now() - since > patienceMs || (await isOrphaned(path))) {
          await unlink(path).catch((error: unknown) => codeOf(error) === 'ENOENT' || stuck.add(path))
          return
        }
        await sleep(pause, undefined, { signal }).catch(() => undefined)
      }
    },
  }

  function hold(path: string): void {
    held.add(path)
    heart ??= setInterval(beat, heartbeatMs).unref()
  }

  function letGo(path: string): void {
    held.delete(path)
    if (held.size > 0) return
    clearInterval(heart)
    heart = undefined
  }

  function beat(): void {
    const now = Date.now() / 1000
    for (const path of held) void utimes(path, now, now).catch(() => undefined)
  }
}

/** @throws what the file system failed with; `EEXIST` where there is a claim. */
async function makeClaim(path: string): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(JSON.stringify(self)).finally(() => file.close())
  } catch (error) {
    // A full disk takes names and no bytes. A claim that says nobody's name would be waited for by all.
    await unlink(path).catch(() => undefined)
    throw error
  }
}

const self = { host: hostname(), pid: process.pid }

async function touchedAt(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  )
}

/** Whether the process that made a claim is known to be dead, which can be told on the same machine only. */
async function isOrphaned(path: string): Promise<boolean> {
  const { host, pid } = await readFile(path, 'utf8').then(parseHolder, () => ({ host: null, pid: null }))
  return host === self.host && pid !== null && !isAlive(pid)
}

/** A claim may be read before it is written to its end. */
function parseHolder(text: string): { host: string | null; pid: number | null } {
  try {
    const holder: unknown = JSON.parse(text)
    const { host = null, pid = null } = holder as { host?: unknown; pid?: unknown }
    return { host: typeof host === 'string' ? host : null, pid: Number.isSafeInteger(pid) ? Number(pid) : null }
  } catch {
    return { host: null, pid: null }
  }
}
