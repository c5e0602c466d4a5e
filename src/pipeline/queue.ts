import pLimit from 'p-limit'

/** Runs tasks, at most so many at once. */
export interface Queue {
  run<T>(task: () => Promise<T>): Promise<T>
  /**
   * Keeps to a limit until the returned function is called. Of all limits in force the smallest counts.
   */
  limit(most: number): () => void
}

/** Makes the queue that all builds of a process share. Without a limit in force it runs one task at a time. */
export function createQueue(): Queue {
  const limiter = pLimit(1)
  const limits = new Map<symbol, number>()
  const apply = () => {
    limiter.concurrency = limits.size === 0 ? 1 : Math.min(...limits.values())
  }
  return {
    run: (task) => limiter(task),
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
