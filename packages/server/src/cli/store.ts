import { resolve } from 'node:path'
import { openLibsqlStore } from '../store/libsql/index.js'
import type { JobStore } from '../store/store.js'

/** Works on a data folder's database, and closes it. */
export async function withStore(data: string | undefined, work: (store: JobStore) => Promise<void>): Promise<void> {
  const store = openLibsqlStore(resolve(data ?? 'compress-fast-data'))
  try {
    await work(store)
  } finally {
    await store.close()
  }
}
