import type { FromChild, Task } from '../pool/protocol.js'
import { work } from './work.js'

// The program of a child: one task after the other, until the parent is gone.

function tell(message: FromChild): void {
  process.send?.(message)
}

process.on('disconnect', () => process.exit(0))

process.on('message', async (message) => {
  // Only the pool writes to this channel, and structured clone keeps typed arrays and sets.
  const answer = await work(message as Task)
  tell({ type: 'answer', answer, rss: process.memoryUsage.rss() })
})

tell({ type: 'ready' })
