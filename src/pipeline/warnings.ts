import type { Warning } from '../types.js'

/** What the user should know, each thing once. */
export interface Warnings {
  add(code: string, message: string, hint?: string | null): void
  /** Forgets them, so that they may be told again. */
  clear(): void
  /** All of them, oldest first. */
  all(): Warning[]
  /** Those since the last call. */
  takeFresh(): Warning[]
}

export function createWarnings(): Warnings {
  const known = new Map<string, Warning>()
  let fresh: Warning[] = []
  return {
    add(code, message, hint = null) {
      const id = `${code} ${message}`
      if (known.has(id)) return
      const warning = { code, message, hint }
      known.set(id, warning)
      fresh.push(warning)
    },
    clear() {
      known.clear()
      fresh = []
    },
    all: () => [...known.values()],
    takeFresh() {
      const taken = fresh
      fresh = []
      return taken
    },
  }
}
