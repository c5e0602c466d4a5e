import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

/** Pictures take memory: not more at once. */
const MOST_THREADS = 4

/** @typedef {{ source: string, results: string[], mostPixels?: number }} Task Paths, and how much of a picture is compared. */
/** @typedef {import('./compare.mjs').Comparison} Comparison */

/**
 * Compares many files on all cores.
 * @param {Task[]} tasks
 * @param {(done: number) => void} onProgress
 * @returns {Promise<Comparison[][]>} For each task, for each of its results.
 */
export async function compareFiles(tasks, onProgress) {
  /** @type {Comparison[][]} */
  const found = new Array(tasks.length)
  let [next, done] = [0, 0]
  await Promise.all(Array.from({ length: Math.min(MOST_THREADS, availableParallelism()) }, work))
  return found

  async function work() {
    const worker = new Worker(new URL('compare-worker.mjs', import.meta.url))
    try {
      while (next < tasks.length) {
        const index = next++
        worker.postMessage(tasks[index])
        const [answer] = await once(worker, 'message')
        found[index] = answer
        onProgress(++done)
      }
    } finally {
      await worker.terminate()
    }
  }
}
