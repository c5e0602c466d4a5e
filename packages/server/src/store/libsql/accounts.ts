import type { AccountStore, LedgerEntry } from '../store.js'
import type { Connection } from './connection.js'
import { toAccount, toEntry, toKey } from './rows.js'

/** Writes a movement of credits and changes the balances by it. The caller is in a transaction. */
export function move(db: Connection, entry: LedgerEntry): void {
  const { accountId, jobId, kind, available, reserved, createdAt } = entry
  db.run(
    'INSERT INTO ledger (account_id, job_id, kind, available, reserved, created_at) VALUES (?, ?, ?, ?, ?, ?)',
    accountId,
    jobId,
    kind,
    available,
    reserved,
    createdAt,
  )
  const granted = kind === 'grant' ? available : 0
  db.run(
    'UPDATE accounts SET available = available + ?, reserved = reserved + ?, granted = granted + ? WHERE id = ?',
    available,
    reserved,
    granted,
    accountId,
  )
}

export function createAccountStore(db: Connection): AccountStore {
  function grant(accountId: string, credits: number, now: number): boolean {
    if (db.get('SELECT id FROM accounts WHERE id = ?', accountId) === undefined) return false
    move(db, { accountId, jobId: null, kind: 'grant', available: credits, reserved: 0, createdAt: now })
    return true
  }

  return {
    async createAccount({ id, name, credits, now }) {
      db.transaction(() => {
        db.run('INSERT INTO accounts VALUES (?, ?, ?, 0, 0, 0)', id, name, now)
        grant(id, credits, now)
      })
    },
    async account(id) {
      const row = db.get('SELECT * FROM accounts WHERE id = ?', id)
      return row && toAccount(row)
    },
    async accounts() {
      return db.all('SELECT * FROM accounts ORDER BY created_at, id').map(toAccount)
    },
    async grant(accountId, credits, now) {
      return db.transaction(() => grant(accountId, credits, now))
    },
    async ledger(accountId) {
      return db.all('SELECT * FROM ledger WHERE account_id = ? ORDER BY seq', accountId).map(toEntry)
    },
    async addKey({ id, accountId, name, digest, allow, createdAt, revokedAt }) {
      const values = [id, accountId, name, digest, JSON.stringify(allow), createdAt, revokedAt]
      db.run('INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?)', ...values)
    },
    async keyByDigest(digest) {
      const row = db.get('SELECT * FROM keys WHERE digest = ?', digest)
      return row && toKey(row)
    },
    async keys() {
      return db.all('SELECT * FROM keys ORDER BY created_at, id').map(toKey)
    },
    async revokeKey(id, now) {
      return db.run('UPDATE keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?', now, id) > 0
    },
  }
}
