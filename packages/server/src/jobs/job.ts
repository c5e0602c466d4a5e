import type { Reason } from '@compress-fast/engine'
import type { JobOptions } from './options.js'

/** The wire's own words. The last three are final. */
export type JobStatus = 'Queued' | 'Running' | 'Succeeded' | 'Failed' | 'Canceled'

/** Where a job waits; the two kinds differ in how long they take. */
export type Pool = 'ImagePool' | 'DocumentPool'

/** Which endings a webhook hears of. */
export type WebhookEvent = 'succeeded' | 'failed'

export interface Webhook {
  readonly url: string
  readonly secret: string
  readonly events: readonly WebhookEvent[]
}

/** What makes a repeated submit the same one. */
export interface Idempotency {
  readonly key: string
  /** Digest over everything that was asked for. */
  readonly fingerprint: string
}

/** A job as it is handed in. Times are milliseconds since 1970. */
export interface NewJob {
  readonly id: string
  readonly accountId: string
  /** As uploaded, extension included. */
  readonly fileName: string
  /** The extension in lower case, without a dot. */
  readonly format: string
  readonly pool: Pool
  readonly inputBytes: number
  /** SHA-256, hexadecimal. */
  readonly inputDigest: string
  readonly options: JobOptions
  /** Fixed here, whatever prices become. */
  readonly creditCost: number
  readonly uploadStartedAt: number
  readonly queuedAt: number
  readonly webhook: Webhook | null
  readonly idempotency: Idempotency | null
}

/** What a job made. */
export interface Output {
  /** Where its bytes are. */
  readonly blob: string
  readonly fileName: string
  readonly contentType: string
  readonly bytes: number
  /** SHA-256, hexadecimal. */
  readonly digest: string
  /** `false` when the input is the best there is, and so is the output. */
  readonly changed: boolean
  /** Why nothing changed. */
  readonly reason: Reason | null
  /** SSIMULACRA2 score against the input, where it was measured. */
  readonly quality: number | null
}

/** Why a job failed: a stable code, and text for people. */
export interface Failure {
  readonly code: string
  readonly detail: string
}

export interface Job extends NewJob {
  readonly status: JobStatus
  /** How often the job was begun; whoever began it last may end it. */
  readonly attempt: number
  readonly startedAt: number | null
  readonly endedAt: number | null
  /** When its files go. `null` while it is not over. */
  readonly expiresAt: number | null
  readonly output: Output | null
  readonly failure: Failure | null
}

export function isOver(status: JobStatus): boolean {
  return status !== 'Queued' && status !== 'Running'
}
