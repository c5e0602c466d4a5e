import type { Answer, FromChild, Task } from '../pool/protocol.js'

// The program of a child: one task after the other, until the parent is gone.

function tell(message: FromChild): void {
  process.send?.(message)
}

process.on('disconnect', () => process.exit(0))

process.on('message', async (message) => {
  // Only the pool writes to this channel, and structured clone keeps typed arrays and sets.
  const answer = await answerTo(message as Task)
  tell({ type: 'answer', answer, rss: process.memoryUsage.rss() })
})

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
