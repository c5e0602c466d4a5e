import { createRunner } from './compress/runner.js'
import { createAuthenticate } from './http/authenticate.js'
import { type Listening, listen } from './http/listen.js'
import { createListener } from './http/listener.js'
import { createDispatcher } from './jobs/dispatcher.js'
import { createJanitor } from './jobs/janitor.js'
import { recover } from './jobs/recover.js'
import { createFetchGuard } from './limits/fetch-guard.js'
import { createRateLimiter } from './limits/rate-limiter.js'
import { createLog } from './log.js'
import { createMetrics } from './metrics.js'
import type { ServerOptions } from './options.js'
import { type ResolvedOptions, resolveOptions } from './resolve-options.js'
import { routesOf } from './routes/index.js'
import { openStorage, type Storage } from './storage.js'
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

/**
 * Starts a server. It listens when this resolves, and jobs that an earlier one left go on.
 *
 * @throws {TypeError} on a wrong option; {@link DataFolderInUseError} when another server uses the folder; the system's
 * own error when the port is taken.
 */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  const resolved = resolveOptions(options)
  const storage = await openStorage(options, resolved.data)
  const server = assemble(storage, resolved, options)
  try {
    const url = await server.start()
    return { url, store: storage.store, close: server.close }
  } catch (error) {
    await server.close()
    throw error
  }
}

/** A server that does not answer yet. */
interface Assembled {
  /** Returns where it listens. */
  start(): Promise<string>
  close(): Promise<void>
}

/** Puts the parts together; the one place that knows them all. */
function assemble(storage: Storage, options: ResolvedOptions, given: ServerOptions): Assembled {
  const { store, blobs, owner } = storage
  const { limits, settings, retentionMs, delay, network, concurrency } = options
  const now = given.now ?? Date.now
  const log = createLog(given.log ?? ((line) => void process.stdout.write(line)), now)
  const metrics = createMetrics(store)
  const runner = createRunner({ concurrency })
  const janitor = createJanitor({ store, blobs, now, log })
  const publicUrl = () => options.publicUrl ?? listening?.url ?? ''
  const sender = createSender({ store, network, publicUrl, now, log, metrics })
  const tools = { store, blobs, runner, settings, limits, retentionMs, delay, owner, now, log, metrics }
  const dispatcher = createDispatcher({ ...tools, onEnd: sender.wake })
  const limiters = { fetches: createFetchGuard(now), polls: createRateLimiter(pollRate, now) }
  const routes = routesOf({ options, store, blobs, dispatcher, metrics, log, now, ...limiters })
  const listener = createListener(routes, { authenticate: createAuthenticate(store, options), log, metrics })
  let listening: Listening | undefined

  return {
    async start() {
      await janitor.clean()
      const requeued = storage.alone ? await recover(storage, now()) : 0
      listening = await listen(listener, options)
      log('server.started', { url: listening.url, data: options.data, requeued })
      dispatcher.wake()
      sender.wake()
      return listening.url
    },
    async close() {
      const answered = listening?.close()
      janitor.stop()
      await dispatcher.stop(GRACE_MS)
      await sender.stop()
      await answered
      await runner.close()
      await storage.close()
      log('server.stopped')
    },
  }
}
