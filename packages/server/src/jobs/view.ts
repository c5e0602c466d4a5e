import type { InputStats } from '../store/store.js'
import type { Job, JobStatus } from './job.js'

/** What is said of a job besides what is stored of it. */
export interface JobSurroundings {
  readonly position: number
  readonly totalQueued: number
  readonly stats: InputStats
  readonly now: number
}

/** Input sizes are worth this long, in milliseconds. */
const STATS_VALID_MS = 60_000

/** A job as clients see it. Members are added over time and none goes away. */
export function viewJob(job: Job, { position, totalQueued, stats, now }: JobSurroundings): Record<string, unknown> {
  const { id, status, fileName, format, creditCost, failure } = job
  return {
    id,
    status,
    fileName: fileName.slice(0, -format.length - 1),
    format,
    creditCost,
    progress: progressOf(status),
    stats: {
      inputP50Bytes: stats.medianBytes,
      inputMeanBytes: stats.meanBytes,
      sampleCount: stats.count,
      asOfUtc: time(now),
      validUntilUtc: time(now + STATS_VALID_MS),
    },
    timeline: {
      uploadStartedAt: time(job.uploadStartedAt),
      uploadFinishedAt: time(job.queuedAt),
      queuedAt: time(job.queuedAt),
      startedAt: time(job.startedAt),
      completedAt: time(job.endedAt),
      expiresAt: time(job.expiresAt),
    },
    queue: { pool: job.pool, position, weight: 1, totalQueued, estimate: null },
    metrics: metricsOf(job, now),
    error: failure && { code: failure.code, detail: failure.detail },
    output: outputOf(job, now),
  }
}

/** The engine does not tell how far it is, so a running job is half done. */
function progressOf(status: JobStatus): { percent: number; phase: string | null } {
  if (status === 'Queued') return { percent: 0, phase: 'queued' }
  return status === 'Running' ? { percent: 50, phase: 'compressing' } : { percent: 100, phase: null }
}

/** Bytes in credits and milliseconds; what is not known yet is 0. */
export function metricsOf(job: Job, now: number): Record<string, number> {
  const end = job.endedAt ?? now
  return {
    inputBytes: job.inputBytes,
    outputBytes: job.output?.bytes ?? 0,
    creditCost: job.creditCost,
    uploadMs: job.queuedAt - job.uploadStartedAt,
    processingMs: job.startedAt === null ? 0 : Math.max(0, end - job.startedAt),
    totalMs: Math.max(0, end - job.uploadStartedAt),
  }
}

function outputOf({ output, expiresAt }: Job, now: number): Record<string, unknown> | null {
  if (output === null || (expiresAt ?? 0) <= now) return null
  const { fileName, contentType, bytes, digest, changed, reason, quality } = output
  return { fileName, contentType, fileCount: 1, bytes, sha256: digest, changed, reason, quality }
}

export function time(ms: number): string
export function time(ms: number | null): string | null
export function time(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
