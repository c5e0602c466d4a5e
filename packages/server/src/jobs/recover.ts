import { parseId } from '../id.js'
import type { Storage } from '../storage.js'
import { isOver, type Job } from './job.js'
import { inputBlob } from './perform.js'

/**
 * Puts in order what an earlier server left behind, however it ended: its jobs go back into the queue, and files that no
 * job needs go away. Returns how many jobs that were. Only for a server that has its storage for itself.
 */
export async function recover({ store, blobs, owner }: Storage, now: number): Promise<number> {
  await blobs.sweep()
  const requeued = await store.requeue({ owner })
  for await (const name of blobs.list()) {
    if (!needsBlob(await store.job(jobOf(name)), name, now)) await blobs.remove(name)
  }
  return requeued
}

/** The id in a blob's name: `input/<id>`, `output/<id>.<attempt>`. */
function jobOf(name: string): string {
  return parseId(name.split('/').at(-1)?.split('.', 1)[0] ?? '') ?? ''
}

/** Whether a job still needs a file of its. */
function needsBlob(job: Job | undefined, name: string, now: number): boolean {
  if (job === undefined) return false
  if (!isOver(job.status)) return name === inputBlob(job.id)
  return job.output?.blob === name && (job.expiresAt ?? 0) > now
}
