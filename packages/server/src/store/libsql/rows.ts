import type { Failure, Job, JobStatus, NewJob, Output } from '../../jobs/job.js'
import type { Account, ApiKey, LedgerEntry } from '../store.js'
import type { Row, Value } from './connection.js'

// Rows are written by this folder alone, into strict tables, so their shapes are known and not asked again.

export function toAccount(row: Row): Account {
  return {
    id: text(row['id']),
    name: text(row['name']),
    createdAt: Number(row['created_at']),
    available: Number(row['available']),
    reserved: Number(row['reserved']),
    granted: Number(row['granted']),
  }
}

export function toKey(row: Row): ApiKey {
  return {
    id: text(row['id']),
    accountId: text(row['account_id']),
    name: text(row['name']),
    digest: text(row['digest']),
    allow: JSON.parse(text(row['allow'])) as string[],
    createdAt: Number(row['created_at']),
    revokedAt: time(row['revoked_at']),
  }
}

export function toEntry(row: Row): LedgerEntry {
  return {
    accountId: text(row['account_id']),
    jobId: row['job_id'] === null ? null : text(row['job_id']),
    kind: text(row['kind']) as LedgerEntry['kind'],
    available: Number(row['available']),
    reserved: Number(row['reserved']),
    createdAt: Number(row['created_at']),
  }
}

/** What a job ended with, if it did. */
interface Outcome {
  readonly output?: Output
  readonly failure?: Failure
}

export function toJob(row: Row): Job {
  const fixed = JSON.parse(text(row['fixed'])) as NewJob
  const outcome = JSON.parse(text(row['outcome'] ?? '{}')) as Outcome
  return {
    ...fixed,
    status: text(row['status']) as JobStatus,
    attempt: Number(row['attempt']),
    startedAt: time(row['started_at']),
    endedAt: time(row['ended_at']),
    expiresAt: time(row['expires_at']),
    output: outcome.output ?? null,
    failure: outcome.failure ?? null,
  }
}

export function text(value: Value | undefined): string {
  return String(value ?? '')
}

function time(value: Value | undefined): number | null {
  return value === null || value === undefined ? null : Number(value)
}
