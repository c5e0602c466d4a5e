import type { Cache, Verdict } from './cache.js'
import { assertKey } from './layout.js'

/** How much results may take in memory by default, in bytes: a few hundred images, a fraction of what bundlers use. */
export const defaultMemorySize: number = 128 * 1024 * 1024

// A Map slot, the key and the verdict object; roughly, so that a flood of "no gain" is bounded too.
const overhead = 256

/**
 * The results of this process, the least recently used ones dropped beyond `maxSize` bytes. Bytes are handed out as
 * they came in, not copied: nobody may write to them.
 */
export function createMemoryCache({ maxSize = defaultMemorySize }: { maxSize?: number | undefined } = {}): Cache {
  // A Map keeps the order of insertion, so the first one is always the least recently used one.
  const verdicts = new Map<string, Verdict>()
  let size = 0

  return {
    get(key) {
      assertKey(key)
      const verdict = verdicts.get(key)
      if (verdict) {
        verdicts.delete(key)
        verdicts.set(key, verdict)
      }
      return Promise.resolve(verdict)
    },
    set(key, verdict) {
      assertKey(key)
      drop(key)
      if (sizeOf(verdict) <= maxSize) {
        verdicts.set(key, verdict)
        size += sizeOf(verdict)
        shrink()
      }
      return Promise.resolve()
    },
  }

  function shrink(): void {
    for (const key of verdicts.keys()) {
      if (size <= maxSize) return
      drop(key)
    }
  }

  function drop(key: string): void {
    const verdict = verdicts.get(key)
    if (!verdict) return
    verdicts.delete(key)
    size -= sizeOf(verdict)
  }
}

function sizeOf(verdict: Verdict): number {
  return overhead + (verdict.gain ? verdict.bytes.byteLength : 0)
}
