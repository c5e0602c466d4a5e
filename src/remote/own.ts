import type { RemoteStore } from '../types.js'
import { RemoteError } from '../util/remote-error.js'

/** A store that a user brought, whose answers may be anything. */
export function checkedStore(store: RemoteStore): RemoteStore {
  return {
    async get(name, call) {
      const bytes: unknown = await store.get(name, call)
      if (bytes === undefined || bytes === null) return undefined
      if (bytes instanceof Uint8Array) return bytes
      throw new RemoteError('entry', 'get() of `cache.remote` did not return a Uint8Array')
    },
    put: (name, bytes, call) => store.put(name, bytes, call),
    async close() {
      await store.close?.()
    },
  }
}
