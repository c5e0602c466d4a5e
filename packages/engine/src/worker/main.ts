import type { Answer, FromChild, Order, Task } from '../pool/protocol.js'

// The program of a child: one task after the other, until the parent is gone.

function tell(message: FromChild): void {
  process.send?.(message)
}

process.on('disconnect', () => process.exit(0))

process.on('message', async (message) => {
  // Only the pool writes to this channel, and structured clone keeps typed arrays and sets.
  const { task, allowance } = message as Order
  const watch = setInterval(() => endAbove(allowance), WATCH_MS)
  const answer = await answerTo(task)
  clearInterval(watch)
  tell({ type: 'answer', answer, rss: process.memoryUsage.rss() })
})

/** How often the memory is looked at. Native code runs on other threads meanwhile, and took 30 MB at most in that time. */
const WATCH_MS = 50

/** A library that takes more and more is stopped before the machine has to. */
function endAbove(allowance: number): void {
  const rss = process.memoryUsage.rss()
  if (rss <= allowance) return
  process.send?.({ type: 'overdrawn', rss } satisfies FromChild, () => process.kill(process.pid, 'SIGKILL'))
}

/** Loads what it needs late, so that a codec that is not installed can be told from a file that kills its process. */
async function answerTo(task: Task): Promise<Answer> {
  try {
    const { work } = await import('./work.js')
    return await work(task)
  } catch (error) {
    return { kind: 'unavailable', detail: error instanceof Error ? error.message : String(error) }
  }
}

tell({ type: 'ready' })
