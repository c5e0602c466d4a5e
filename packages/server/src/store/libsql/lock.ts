import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'

/** Another server works in the data folder. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError'
  readonly code = 'DATA_FOLDER_IN_USE'

  constructor(folder: string) {
    super(`Another server is using ${folder}: two would run each other's jobs. Stop it, or name another folder.`)
  }
}

/**
 * Makes this process the only server of a data folder, and returns how to stop being it. A lock of the database's own
 * kind: the system takes it away from a process that dies, however that happens.
 *
 * @throws {DataFolderInUseError}
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const database = new Libsql(join(folder, 'server.lock'))
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    if (cause instanceof Libsql.SqliteError && cause.code === 'SQLITE_BUSY') throw new DataFolderInUseError(folder)
    throw cause
  }
  return () => void database.close()
}
