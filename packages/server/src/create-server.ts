import { openDiskBlobs } from './blobs/disk.js'
import { createRunner } from './compress/runner.js'
import { createAuthenticate } from './http/authenticate.js'
import { type Listening, listen } from './http/listen.js'
import { createListener } from './http/listener.js'
import { createDispatcher, needsBlob } from './jobs/dispatcher.js'
import { createJanitor } from './jobs/janitor.js'
import { createFetchGuard } from './limits/fetch-guard.js'
import { createRateLimiter } from './limits/rate-limiter.js'
import { createLog } from './log.js'
import { createMetrics } from './metrics.js'
import type { ServerOptions } from './options.js'
import { resolveOptions } from './resolve-options.js'
import { routesOf } from './routes/index.js'
import type { Service } from './service.js'
import { openLibsqlStore } from './store/libsql/index.js'
import { lockFolder } from './store/libsql/lock.js'
import type { JobStore } from './store/store.js'
import { createSender } from './webhooks/sender.js'

/** A server that answers. */
export interface Server {
  /** Where it listens, such as `http://127.0.0.1:8787`. */
  readonly url: string
  readonly store: JobStore
  /** Answers no more, gives running jobs some time and puts the rest back into the queue. */
  close(): Promise<void>
}

/** Asking for a job's status: once a second, and 30 times at once. */
const pollRate = { burst: 30, perSecond: 1 }
/** Running jobs get this long when the server stops, in milliseconds. */
const GRACE_MS = 10_000
/** There is one server for a data folder, so all its leases are under one name. */
const OWNER = 'embedded'

/**
 * Starts a server. It listens when this resolves, and jobs that an earlier one left go on.
 *
 * @throws {TypeError} on a wrong option; {@link DataFolderInUseError} when another server uses the folder; the system's
 * own error when the port is taken.
 */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  const resolved = resolveOptions(options)
  const { data, limits, settings, retentionMs, delay } = resolved
  const now = options.now ?? Date.now
  const log = createLog(options.log ?? ((line) => void process.stdout.write(line)), now)
  const unlock = lockFolder(data)
  let listening: Listening | undefined
  const store = options.store ?? openLibsqlStore(data)
  const blobs = options.blobs ?? (await openDiskBlobs(data))
  const metrics = createMetrics(store)
  const runner = createRunner({ concurrency: resolved.concurrency })
  const fetches = createFetchGuard(now)
  const polls = createRateLimiter(pollRate, now)
  const publicUrl = () => resolved.publicUrl ?? listening?.url ?? ''
  const sender = createSender({ store, network: resolved.network, publicUrl, now, log, metrics })
  const onEnd = sender.wake
  const tools = { store, blobs, runner, settings, limits, retentionMs, delay, owner: OWNER, now, log, metrics, onEnd }
  const dispatcher = createDispatcher(tools)
  const janitor = createJanitor({ store, blobs, now, log })
  const service: Service = { options: resolved, store, blobs, dispatcher, polls, fetches, metrics, log, now }
  const authenticate = createAuthenticate(store, resolved)

  async function close(): Promise<void> {
    const answered = listening?.close()
    janitor.stop()
    await dispatcher.stop(GRACE_MS)
    await sender.stop()
    await answered
    await runner.close()
    await store.close()
    unlock()
    log('server.stopped')
  }

  try {
    await blobs.sweep()
    await janitor.clean()
    const requeued = await store.requeue({ owner: OWNER })
    for await (const name of blobs.list()) {
      if (!needsBlob(await store.job(jobIn(name)), name, now())) await blobs.remove(name)
    }
    listening = await listen(createListener(routesOf(service), { authenticate, log, metrics }), resolved)
    log('server.started', { url: listening.url, data, requeued })
    dispatcher.wake()
    sender.wake()
    return { url: listening.url, store, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The id in a blob's name: `input/<id>`, `output/<id>.<attempt>`. */
function jobIn(name: string): string {
  return name.split('/').at(-1)?.split('.', 1)[0] ?? ''
}
