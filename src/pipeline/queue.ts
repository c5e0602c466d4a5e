import pLimit from 'p-limit'

/** Runs tasks, at most so many at once. */
export interface Queue {
  /** @param weight The heaviest of those that wait goes first; of equal ones, whichever came first. */
  run<T>(task: () => Promise<T>, weight?: number): Promise<T>
  /**
   * Keeps to a limit until the returned function is called. Of all limits in force the smallest counts.
   */
  limit(most: number): () => void
}

interface Waiting {
  readonly weight: number
  start(): Promise<void>
}

/** Makes a queue that all builds of a process share. Without a limit in force it runs one task at a time. */
export function createQueue(): Queue {
  const limiter = pLimit(1)
  const limits = new Map<symbol, number>()
  // In the order in which they are to begin.
  const waiting: Waiting[] = []
  const apply = () => {
    limiter.concurrency = limits.size === 0 ? 1 : Math.min(...limits.values())
  }
  return {
    run: (task, weight = 0) =>
      new Promise((resolve, reject) => {
        const start = () => task().then(resolve, reject)
        const place = waiting.findLastIndex((other) => other.weight >= weight) + 1
        waiting.splice(place, 0, { weight, start })
        // Whoever's turn it is takes what is most worth it then.
        void limiter(() => waiting.shift()?.start())
      }),
    limit: (most) => {
      const lease = Symbol('limit')
      limits.set(lease, most)
      apply()
      return () => {
        limits.delete(lease)
        apply()
      }
    },
  }
}
