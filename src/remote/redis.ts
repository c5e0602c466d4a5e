import type { RemoteStore } from '../types.js'
import { plainWords } from '../util/connection-words.js'
import { RemoteError } from '../util/remote-error.js'
import type { RedisTarget } from './target.js'

type Client = Awaited<ReturnType<typeof connect>>

// Others may use the same database.
const prefix = 'compress-fast:'
const connectMs = 4000

/** Entries as values of Redis, Valkey or anything else that speaks their protocol. What is old is for the server to drop. */
export function createRedisStore({ url }: RedisTarget): RemoteStore {
  let client: Promise<Client> | undefined

  return {
    async get(name, { mostBytes, signal }) {
      // A range instead of the value, which could be of any size. A missing value reads as an empty one.
      const value = await ask(signal, (redis) => redis.getRange(prefix + name, 0, mostBytes))
      return value === null || value.byteLength === 0 ? undefined : value
    },
    async put(name, bytes, { replaces, signal }) {
      const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      await ask(signal, (redis) => redis.set(prefix + name, value, replaces ? {} : { condition: 'NX' }))
    },
    async close() {
      const open = client
      client = undefined
      await open?.then((redis) => redis.destroy()).catch(() => undefined)
    },
  }

  async function ask<T>(signal: AbortSignal, command: (redis: Client) => Promise<T>): Promise<T> {
    client ??= connect(url.reveal())
    const mine = client
    try {
      return await command((await mine).withAbortSignal(signal))
    } catch (error) {
      if (error instanceof RemoteError) throw error
      // A connection that failed is not tried again; the next one who asks makes a new one.
      if (client === mine && !isOpen(await mine.catch(() => undefined))) client = undefined
      throw meaningOf(error)
    }
  }
}

async function connect(url: string) {
  const { createClient, RESP_TYPES } = await load()
  const client = createClient({
    url,
    RESP: 2,
    socket: { connectTimeout: connectMs, reconnectStrategy: false },
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  })
  // Each command tells its own failure; without a listener this one would end the process.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function load() {
  try {
    return await import('@redis/client')
  } catch {
    throw new RemoteError('refusal', 'its client is not installed', 'Run `npm install --save-dev @redis/client`.')
  }
}

function isOpen(client: Client | undefined): boolean {
  return client?.isReady === true
}

function meaningOf(error: unknown): RemoteError {
  const text = error instanceof Error ? error.message : ''
  if (/^(WRONGPASS|NOAUTH)/.test(text)) {
    return new RemoteError('refusal', 'it does not take the password', 'Correct it in COMPRESS_FAST_CACHE_REMOTE.')
  }
  if (/^(NOPERM|READONLY|OOM)/.test(text)) {
    return new RemoteError('read-only', `it takes no new results (${text.split(' ')[0]})`)
  }
  if (/^WRONGTYPE/.test(text)) return new RemoteError('entry', 'it is no text')
  return new RemoteError('outage', plainWords(error))
}
