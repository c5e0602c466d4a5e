import type { BlobStore } from '../blobs/blobs.js'
import type { Log } from '../log.js'
import type { JobStore } from '../store/store.js'
import { inputBlob } from './perform.js'

/** Takes away what is kept no longer. */
export interface Janitor {
  /** Looks once. */
  clean(): Promise<void>
  stop(): void
}

const EVERY_MS = 30_000
/** For so long a download is told that its file expired; then the job is forgotten. */
const REMEMBERED_MS = 24 * 60 * 60_000

export function createJanitor(tools: {
  readonly store: JobStore
  readonly blobs: BlobStore
  readonly now: () => number
  readonly log: Log
}): Janitor {
  const { store, blobs, now, log } = tools

  async function clean(): Promise<void> {
    for (const { id, output } of await store.expire(now())) {
      await blobs.remove(inputBlob(id))
      if (output) await blobs.remove(output.blob)
    }
    await store.purge(now() - REMEMBERED_MS)
  }

  const timer = setInterval(() => {
    clean().catch((error: unknown) => log('janitor.failed', { detail: String(error) }))
  }, EVERY_MS)
  return { clean, stop: () => clearInterval(timer) }
}
