import type { BlobStore } from './blobs/blobs.js'
import { openDiskBlobs } from './blobs/disk.js'
import { createId } from './id.js'
import type { ServerOptions } from './options.js'
import { openLibsqlStore } from './store/libsql/index.js'
import { lockFolder } from './store/libsql/lock.js'
import type { JobStore } from './store/store.js'

/** Where jobs and files are. */
export interface Storage {
  readonly store: JobStore
  readonly blobs: BlobStore
  /** The name that this server's jobs are under while they run. */
  readonly owner: string
  /** Whether nobody else works there, so that what lies around there is left over. */
  readonly alone: boolean
  close(): Promise<void>
}

/** There is one server for a folder, so all its jobs are under one name, and the next server knows which they were. */
const EMBEDDED = 'embedded'

/** @throws {DataFolderInUseError} when another server uses the folder. */
export async function openStorage(options: Pick<ServerOptions, 'store' | 'blobs'>, folder: string): Promise<Storage> {
  const unlock = lockFolder(folder)
  let store = options.store
  try {
    store ??= openLibsqlStore(folder)
    const blobs = options.blobs ?? (await openDiskBlobs(folder))
    const alone = options.store === undefined && options.blobs === undefined
    return { store, blobs, owner: alone ? EMBEDDED : createId(), alone, close: () => closeBoth(store, unlock) }
  } catch (error) {
    await closeBoth(store, unlock)
    throw error
  }
}

async function closeBoth(store: JobStore | undefined, unlock: () => void): Promise<void> {
  await store?.close()
  unlock()
}
