import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import { SCHEMA_VERSION, schema } from './schema.js'

/** A value that a column holds. */
export type Value = string | number | null
export type Row = Readonly<Record<string, Value>>

/** The few things that are asked of a database, with rows as plain values. */
export interface Connection {
  get(sql: string, ...values: Value[]): Row | undefined
  all(sql: string, ...values: Value[]): Row[]
  /** Returns how many rows changed. */
  run(sql: string, ...values: Value[]): number
  /** All or nothing, and alone: nobody writes between its first read and its end. */
  transaction<T>(work: () => T): T
  close(): void
}

/** How long a statement waits for another process that writes, such as a command that makes a key, in milliseconds. */
const BUSY_MS = 10_000

/**
 * Opens the database of a data folder and makes it when there is none.
 * @throws when a newer version of this package wrote it.
 */
export function openConnection(folder: string): Connection {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const database = new Libsql(join(folder, 'server.db'), { timeout: BUSY_MS })
  // FULL: a commit is on the disk before it is answered for, also when the power goes.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;')
  const connection = wrap(database)
  connection.transaction(() => migrate(database, connection))
  return connection
}

function migrate(database: Libsql.Database, connection: Connection): void {
  const version = connection.get('PRAGMA user_version')?.['user_version'] ?? 0
  if (version === 0) database.exec(schema)
  else if (version !== SCHEMA_VERSION) {
    throw new Error(
      `The data folder was written by another version of @compress-fast/server (its schema is ${version}, this one reads ${SCHEMA_VERSION}). Install that version, or name another folder.`,
    )
  }
}

function wrap(database: Libsql.Database): Connection {
  const statements = new Map<string, Libsql.Statement>()
  function prepare(sql: string): Libsql.Statement {
    const known = statements.get(sql)
    if (known) return known
    const statement = database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  return {
    // Tables are strict and hold text and whole numbers below 2^53.
    get: (sql, ...values) => prepare(sql).get(...values) as Row | undefined,
    all: (sql, ...values) => prepare(sql).all(...values) as Row[],
    run: (sql, ...values) => prepare(sql).run(...values).changes,
    transaction: (work) => database.transaction(work).immediate() as ReturnType<typeof work>,
    close: () => void database.close(),
  }
}
