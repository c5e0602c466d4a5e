import { createGate } from '../src/compress/gate.js'
import { type Api, createApi, RefusedError, UnreachableError } from './api.js'
import type { KeyHolder } from './key.js'
import { wait, within } from './pace.js'
import type { Compressor, Job, Output } from './parse.js'
import { explainFailure, formatBytes } from './words.js'

/** How far a file is. */
export type Stage =
  | { readonly kind: 'waiting'; readonly what: 'turn' | 'key' | 'place' | 'server' }
  | { readonly kind: 'sending'; readonly share: number }
  | { readonly kind: 'queued'; readonly position: number; readonly total: number }
  | { readonly kind: 'running' }
  | { readonly kind: 'fetching' }
  | { readonly kind: 'done'; readonly output: Output; readonly bytes: Blob }
  | { readonly kind: 'failed'; readonly words: string }
  | { readonly kind: 'canceled' }

/** A file and what is to become of it. */
export interface Task {
  readonly file: File
  /** Options by name; a compressor takes those that it has. */
  readonly wishes: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal
  readonly onStage: (stage: Stage) => void
}

export interface Work {
  /** Brings a file to its end, which `onStage` is told. Never rejects. */
  run(task: Task): Promise<void>
}

/** Jobs that an account may have queued or running; what else it has is told by 429. */
const MOST_JOBS = 18
/** Uploads share one line, and a few of them fill it. */
const MOST_UPLOADS = 3
/** Statuses may be asked for once a second. */
const POLL_MS = 1000
/** The first questions are free (30 at once), and small files are done soon. */
const FIRST_POLLS_MS = [150, 250, 400, 700]
/** Tries to reach a server that does not answer, each a little later than the one before. */
const RETRIES_MS = [1000, 2000, 4000, 8000, 15_000]

/** @param onRefused Told when the server does not take a key. */
export function createWork(keys: KeyHolder, onRefused: (message: string) => void): Work {
  const jobs = createGate(MOST_JOBS)
  const uploads = createGate(MOST_UPLOADS)
  const compressors = new Map<string, Promise<Compressor[]>>()

  /** Asks until there is an answer that is not about the key, the pace or the line. */
  async function persist<T>({ signal, onStage }: Task, ask: (api: Api, key: string) => Promise<T>): Promise<T> {
    for (let failed = 0; ; ) {
      if (keys.current() === '') onStage({ kind: 'waiting', what: 'key' })
      const key = await keys.usable(signal)
      try {
        return await ask(createApi(key), key)
      } catch (error) {
        if (error instanceof RefusedError && error.status === 401) {
          keys.refuse(key)
          onRefused(error.message)
          onStage({ kind: 'waiting', what: 'key' })
        } else if (error instanceof RefusedError && error.status === 429) {
          onStage({ kind: 'waiting', what: 'place' })
          await wait(error.retryAfterMs, signal)
        } else if (error instanceof UnreachableError && failed < RETRIES_MS.length) {
          onStage({ kind: 'waiting', what: 'server' })
          await wait(RETRIES_MS[failed++] ?? 0, signal)
        } else throw error
      }
    }
  }

  /** Each key's compressors are asked for once. */
  function listFor(api: Api, key: string): Promise<Compressor[]> {
    const known = compressors.get(key) ?? api.compressors()
    compressors.set(key, known)
    known.catch(() => compressors.delete(key))
    return known
  }

  async function submit(task: Task): Promise<Job> {
    const { file, signal, onStage } = task
    const compressor = chooseCompressor(file, await persist(task, listFor))
    const options = Object.fromEntries(
      Object.entries(task.wishes).filter(([name]) => compressor.options.includes(name)),
    )
    const idempotencyKey = createIdempotencyKey()
    const onSent = (share: number) => onStage({ kind: 'sending', share })
    const send = (api: Api) =>
      within(uploads, signal, () => api.submit({ file, options, idempotencyKey, signal, onSent }))
    return persist(task, send)
  }

  async function follow(task: Task, submitted: Job): Promise<Job> {
    const { signal, onStage } = task
    let job = submitted
    for (let polls = 0; ; polls += 1) {
      if (job.status === 'Queued') onStage({ kind: 'queued', position: job.position, total: job.totalQueued })
      else if (job.status === 'Running') onStage({ kind: 'running' })
      else return job
      await wait(FIRST_POLLS_MS[polls] ?? POLL_MS, signal)
      job = await persist(task, (api) => api.job(job.id, signal))
    }
  }

  async function complete(task: Task): Promise<Stage> {
    const { signal, onStage } = task
    const submitted = await submit(task)
    const cancel = () =>
      void createApi(keys.current())
        .cancel(submitted.id)
        .catch(() => {})
    signal.addEventListener('abort', cancel)
    try {
      const { id, status, error, output } = await follow(task, submitted)
      if (status === 'Canceled') return { kind: 'canceled' }
      if (!output) return { kind: 'failed', words: explainFailure(error?.code ?? '', error?.detail ?? '') }
      onStage({ kind: 'fetching' })
      const bytes = await persist(task, (api) => api.download(id, signal))
      return { kind: 'done', output, bytes }
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }

  return {
    async run(task) {
      const { signal, onStage } = task
      onStage({ kind: 'waiting', what: keys.current() === '' ? 'key' : 'turn' })
      const end = await within(jobs, signal, () => complete(task)).catch((error: unknown): Stage => {
        if (signal.aborted) return { kind: 'canceled' }
        return { kind: 'failed', words: error instanceof Error ? error.message : String(error) }
      })
      onStage(end)
    },
  }
}

/** @throws {Error} saying why the server would refuse a file, before it is sent. */
function chooseCompressor({ name, size }: File, compressors: readonly Compressor[]): Compressor {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  const compressor = compressors.find(({ extensions }) => extensions.includes(extension))
  if (!compressor) {
    const known = new Set(compressors.flatMap(({ extensions }) => extensions))
    throw new Error(`Files of this kind are not compressed here. These are: ${[...known].join(', ')}.`)
  }
  if (size === 0) throw new Error('The file is empty.')
  if (size > compressor.mostBytes) throw new Error(`The file is larger than ${formatBytes(compressor.mostBytes)}.`)
  return compressor
}

/** `randomUUID` is missing where the page came over plain http from another machine. */
function createIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
