/**
 * Raised whenever tables change; an older server must not open a newer file. Times are milliseconds since 1970.
 * `jobs.fixed` holds what never changes of a job, `jobs.outcome` what it came to.
 */
export const SCHEMA_VERSION: number = 1

export const schema: string = `
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  available INTEGER NOT NULL CHECK (available >= 0),
  reserved INTEGER NOT NULL CHECK (reserved >= 0),
  granted INTEGER NOT NULL
) STRICT;

CREATE TABLE keys (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  digest TEXT NOT NULL UNIQUE,
  allow TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;

CREATE TABLE jobs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  status TEXT NOT NULL,
  pool TEXT NOT NULL,
  format TEXT NOT NULL,
  input_bytes INTEGER NOT NULL,
  credit_cost INTEGER NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  owner TEXT,
  lease_until INTEGER,
  started_at INTEGER,
  ended_at INTEGER,
  expires_at INTEGER,
  expired INTEGER NOT NULL DEFAULT 0,
  idempotency_key TEXT,
  fixed TEXT NOT NULL,
  outcome TEXT
) STRICT;
CREATE INDEX jobs_by_status ON jobs (status, account_id);
CREATE INDEX jobs_by_format ON jobs (account_id, format);
CREATE INDEX jobs_by_expiry ON jobs (expired, expires_at);
CREATE UNIQUE INDEX jobs_by_idempotency_key ON jobs (account_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  job_id TEXT,
  kind TEXT NOT NULL,
  available INTEGER NOT NULL,
  reserved INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_by_account ON ledger (account_id);
CREATE UNIQUE INDEX ledger_once ON ledger (job_id, kind) WHERE job_id IS NOT NULL;

CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,
  job TEXT NOT NULL,
  tried INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL
) STRICT;
CREATE INDEX deliveries_by_due ON deliveries (due_at);

PRAGMA user_version = ${SCHEMA_VERSION};
`
