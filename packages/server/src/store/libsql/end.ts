import type { Job, WebhookEvent } from '../../jobs/job.js'
import type { Ending } from '../store.js'
import { move } from './accounts.js'
import type { Connection } from './connection.js'
import { toJob } from './rows.js'

/** When a job ends, and when its files go. */
export interface EndTimes {
  readonly now: number
  readonly expiresAt: number
}

/** Ends a running job's given attempt. The caller is in a transaction. */
export function end(
  db: Connection,
  { id, attempt }: Pick<Job, 'id' | 'attempt'>,
  ending: Ending,
  { now, expiresAt, eventId }: EndTimes & { readonly eventId: string },
): Job | undefined {
  const { status, ...outcome } = ending
  const row = db.get(
    `UPDATE jobs SET status = ?, outcome = ?, ended_at = ?, expires_at = ?, owner = NULL, lease_until = NULL
     WHERE id = ? AND attempt = ? AND status = 'Running' RETURNING *`,
    status,
    JSON.stringify(outcome),
    now,
    expiresAt,
    id,
    attempt,
  )
  if (row === undefined) return undefined
  const job = toJob(row)
  settleCredits(db, job, now)
  announce(db, job, eventId, now)
  return job
}

/** Ends a job that is not over. The caller is in a transaction. */
export function cancel(db: Connection, id: string, { now, expiresAt }: EndTimes): Job | undefined {
  const row = db.get(
    `UPDATE jobs SET status = 'Canceled', ended_at = ?, expires_at = ?, owner = NULL, lease_until = NULL
     WHERE id = ? AND status IN ('Queued', 'Running') RETURNING *`,
    now,
    expiresAt,
    id,
  )
  if (row === undefined) return undefined
  const job = toJob(row)
  settleCredits(db, job, now)
  return job
}

/** What was reserved is spent by success and given back by everything else. */
function settleCredits(db: Connection, { accountId, id: jobId, creditCost, status }: Job, createdAt: number): void {
  const paid = status === 'Succeeded'
  const kind = paid ? 'charge' : 'refund'
  move(db, { accountId, jobId, kind, available: paid ? 0 : creditCost, reserved: -creditCost, createdAt })
}

function announce(db: Connection, job: Job, eventId: string, now: number): void {
  const event: WebhookEvent = job.status === 'Succeeded' ? 'succeeded' : 'failed'
  if (!job.webhook?.events.includes(event)) return
  db.run('INSERT INTO deliveries (id, job, due_at) VALUES (?, ?, ?)', eventId, JSON.stringify(job), now)
}
