/** The time that a build waits, and its end. */
export interface Deadline {
  /** Somebody waits from here on. */
  enter(): void
  leave(): void
  /** Aborts when all waiting together has taken as long as it may. */
  readonly signal: AbortSignal
  /** Resolves then. */
  readonly isOver: Promise<void>
}

/** Timers take no more, and ring at once when they are asked for it. */
const longestTimerMs = 2 ** 31 - 1

/** @param mostMs `null` waits for ever, and so in effect do more than 24 days. */
export function createDeadline(mostMs: number | null): Deadline {
  const abort = new AbortController()
  const isOver = new Promise<void>((resolve) => abort.signal.addEventListener('abort', () => resolve(), { once: true }))
  let left = mostMs ?? 0
  let inside = 0
  let since = 0
  let timer: NodeJS.Timeout | undefined
  return {
    enter() {
      if (inside++ > 0 || mostMs === null) return
      since = performance.now()
      if (left <= longestTimerMs) timer = setTimeout(() => abort.abort(), left)
    },
    leave() {
      if (--inside > 0 || mostMs === null) return
      clearTimeout(timer)
      left = Math.max(0, left - (performance.now() - since))
    },
    signal: abort.signal,
    isOver,
  }
}
