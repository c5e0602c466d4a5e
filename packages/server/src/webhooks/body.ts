import { metricsOf, time } from '../jobs/view.js'
import type { Delivery } from '../store/store.js'

/** What a webhook is told of a job's end. */
export function bodyOf({ id, job, tried }: Delivery, publicUrl: string): string {
  const { output, failure, endedAt } = job
  const { inputBytes = 0, outputBytes = 0, creditCost = 0, processingMs = 0 } = metricsOf(job, endedAt ?? 0)
  return JSON.stringify({
    event: job.status === 'Succeeded' ? 'job.succeeded' : 'job.failed',
    eventId: id,
    jobId: job.id,
    jobType: 'compress',
    site: 'compress.fast',
    status: job.status,
    deliveryAttempt: tried + 1,
    output: output && {
      fileName: output.fileName,
      contentType: output.contentType,
      fileCount: 1,
      downloadUrl: `${publicUrl}/compress/job/${job.id}/download`,
      expiresAt: time(job.expiresAt),
    },
    error: failure && { code: failure.code, detail: failure.detail },
    metrics: { inputBytes, outputBytes, creditCost, processingTimeMs: processingMs },
    completedAt: time(endedAt),
  })
}
