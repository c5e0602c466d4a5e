import type { NewJob } from '../../jobs/job.js'
import type { Submission } from '../store.js'
import { move } from './accounts.js'
import type { Connection } from './connection.js'
import { toJob } from './rows.js'

/** Stores a job and reserves its credits, or says why not. The caller is in a transaction. */
export function submit(db: Connection, job: NewJob, limits: { outstanding: number }): Submission {
  const known = knownJob(db, job)
  if (known) return known
  const outstanding = countOutstanding(db, job.accountId)
  if (outstanding >= limits.outstanding) return { kind: 'outstanding', outstanding }
  const balance = db.get('SELECT available FROM accounts WHERE id = ?', job.accountId)
  const available = Number(balance?.['available'] ?? 0)
  const needed = job.creditCost
  if (available < needed) return { kind: 'credits', needed, available }
  const { accountId, id: jobId, queuedAt: createdAt } = job
  move(db, { accountId, jobId, kind: 'reserve', available: -needed, reserved: needed, createdAt })
  insert(db, job)
  return { kind: 'accepted', job: toJob(db.get('SELECT * FROM jobs WHERE id = ?', jobId) ?? {}) }
}

export function countOutstanding(db: Connection, accountId: string): number {
  const sql = "SELECT count(*) AS n FROM jobs WHERE account_id = ? AND status IN ('Queued', 'Running')"
  return Number(db.get(sql, accountId)?.['n'])
}

function knownJob(db: Connection, { accountId, idempotency }: NewJob): Submission | undefined {
  if (idempotency === null) return undefined
  const sql = 'SELECT * FROM jobs WHERE account_id = ? AND idempotency_key = ?'
  const row = db.get(sql, accountId, idempotency.key)
  if (row === undefined) return undefined
  const job = toJob(row)
  return job.idempotency?.fingerprint === idempotency.fingerprint ? { kind: 'repeated', job } : { kind: 'conflict' }
}

function insert(db: Connection, job: NewJob): void {
  db.run(
    `INSERT INTO jobs (id, account_id, status, pool, format, input_bytes, credit_cost, idempotency_key, fixed)
     VALUES (?, ?, 'Queued', ?, ?, ?, ?, ?, ?)`,
    job.id,
    job.accountId,
    job.pool,
    job.format,
    job.inputBytes,
    job.creditCost,
    job.idempotency?.key ?? null,
    JSON.stringify(job),
  )
}
