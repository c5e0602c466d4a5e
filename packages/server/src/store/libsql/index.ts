import type { JobStatus } from '../../jobs/job.js'
import type { Claim, InputStats, JobStore } from '../store.js'
import { createAccountStore } from './accounts.js'
import { type Connection, openConnection, type Row } from './connection.js'
import { createDeliveryStore } from './deliveries.js'
import { cancel, end } from './end.js'
import { toJob } from './rows.js'
import { countOutstanding, submit } from './submit.js'

/** Jobs that sizes are taken from. */
const STATS_JOBS = 100

/**
 * The job store that needs no other service: one file in a folder. Its methods work at once, in some milliseconds that
 * the disk takes to confirm.
 */
export function openLibsqlStore(folder: string): JobStore {
  const db = openConnection(folder)
  return {
    ...createAccountStore(db),
    ...createDeliveryStore(db),
    submit: async (job, limits) => db.transaction(() => submit(db, job, limits)),
    job: async (id) => jobOf(db.get('SELECT * FROM jobs WHERE id = ?', id)),
    async jobByIdempotencyKey(accountId, key) {
      return jobOf(db.get('SELECT * FROM jobs WHERE account_id = ? AND idempotency_key = ?', accountId, key))
    },
    outstanding: async (accountId) => countOutstanding(db, accountId),
    counts: async () => counts(db),
    async position({ id, pool, status }) {
      const total = "SELECT count(*) AS n FROM jobs WHERE status = 'Queued' AND pool = ?"
      const before = `${total} AND seq <= (SELECT seq FROM jobs WHERE id = ?)`
      const position = status === 'Queued' ? numberOf(db.get(before, pool, id)) : 0
      return { position, total: numberOf(db.get(total, pool)) }
    },
    inputStats: async (accountId, format) => inputStats(db, accountId, format),

    claim: async (wanted) => jobOf(claim(db, wanted)),
    async renew(owner, ids, until) {
      const renewed = "UPDATE jobs SET lease_until = ? WHERE status = 'Running' AND owner = ?"
      db.run(`${renewed} AND id IN (SELECT value FROM json_each(?))`, until, owner, JSON.stringify(ids))
    },
    async requeue(which) {
      const queue = "UPDATE jobs SET status = 'Queued', owner = NULL, lease_until = NULL WHERE status = 'Running' AND"
      if ('owner' in which) return db.run(`${queue} owner = ?`, which.owner)
      return db.run(`${queue} lease_until < ?`, which.leaseEndedBefore)
    },
    end: async (claimed, ending, at) => db.transaction(() => end(db, claimed, ending, at)),
    cancel: async (id, at) => db.transaction(() => cancel(db, id, at)),
    async remove(id) {
      return jobOf(db.get("DELETE FROM jobs WHERE id = ? AND status NOT IN ('Queued', 'Running') RETURNING *", id))
    },

    async expire(now) {
      const sql =
        'UPDATE jobs SET expired = 1, idempotency_key = NULL WHERE expired = 0 AND expires_at <= ? RETURNING *'
      return db.all(sql, now).map(toJob)
    },
    purge: async (before) => db.run('DELETE FROM jobs WHERE expired = 1 AND expires_at <= ?', before),
    close: async () => db.close(),
  }
}

function jobOf(row: Row | undefined): ReturnType<typeof toJob> | undefined {
  return row && toJob(row)
}

function numberOf(row: Row | undefined): number {
  return Number(row?.['n'])
}

function claim(db: Connection, { perAccount, owner, now, leaseUntil }: Claim): Row | undefined {
  return db.get(
    `UPDATE jobs SET status = 'Running', attempt = attempt + 1, owner = ?, lease_until = ?, started_at = ?
     WHERE seq = (
       SELECT waiting.seq FROM jobs waiting
       LEFT JOIN (SELECT account_id, count(*) AS n FROM jobs WHERE status = 'Running' GROUP BY account_id) busy
         ON busy.account_id = waiting.account_id
       WHERE waiting.status = 'Queued' AND coalesce(busy.n, 0) < ?
       ORDER BY coalesce(busy.n, 0), waiting.seq LIMIT 1
     ) RETURNING *`,
    owner,
    leaseUntil,
    now,
    perAccount,
  )
}

function counts(db: Connection): Record<JobStatus, number> {
  const counted: Record<JobStatus, number> = { Queued: 0, Running: 0, Succeeded: 0, Failed: 0, Canceled: 0 }
  for (const row of db.all('SELECT status, count(*) AS n FROM jobs GROUP BY status')) {
    counted[row['status'] as JobStatus] = numberOf(row)
  }
  return counted
}

function inputStats(db: Connection, accountId: string, format: string): InputStats {
  const sql = 'SELECT input_bytes AS n FROM jobs WHERE account_id = ? AND format = ? ORDER BY seq DESC LIMIT ?'
  const sizes = db.all(sql, accountId, format, STATS_JOBS).map(numberOf)
  const sorted = sizes.toSorted((a, b) => a - b)
  const count = sorted.length
  if (count === 0) return { count, meanBytes: null, medianBytes: null }
  const meanBytes = Math.round(sorted.reduce((sum, size) => sum + size, 0) / count)
  const middle = sorted.slice(Math.floor((count - 1) / 2), Math.floor(count / 2) + 1)
  return { count, meanBytes, medianBytes: middle.reduce((sum, size) => sum + size, 0) / middle.length }
}
