import type { RemoteStore } from '../types.js'
import type { RemoteTarget } from './target.js'

/** Opens a store. What it needs is loaded now and not before, as most builds find everything on this machine. */
export async function openStore(target: RemoteTarget | RemoteStore): Promise<RemoteStore> {
  if ('get' in target) return (await import('./own.js')).checkedStore(target)
  switch (target.kind) {
    case 'http':
      return (await import('./http.js')).createHttpStore(target)
    case 's3':
      return (await import('./s3.js')).createS3Store(target)
    case 'redis':
      return (await import('./redis.js')).createRedisStore(target)
  }
}
