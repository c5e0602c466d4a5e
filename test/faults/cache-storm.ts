import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const workerPath = fileURLToPath(new URL('./workers/cache-worker.mjs', import.meta.url))

/** What a worker is told to do; see `workers/cache-worker.mjs`. */
export interface Task {
  dir: string
  seed: number
  keys: number
  maxLength: number
  role: 'read' | 'write' | 'mixed' | 'sweep'
  store: 'cache' | 'in-place'
  milliseconds: number
  pause?: number
  ahead?: number
  maxSize?: number
}

/** What a worker counted. */
export type Counts = Record<'reads' | 'hits' | 'wrong' | 'writes' | 'sweeps' | 'evicted' | 'exceptions', number>

/** A worker at work, and what it said last. */
export interface Worker {
  readonly process: ChildProcess
  readonly said: { counts: Counts; warnings: string[] }
  /** Resolves when the worker is about to begin. */
  readonly ready: Promise<void>
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>
}

/** Starts a process that works on a task. */
export function startWorker(task: Task): Worker {
  const child = fork(workerPath, [JSON.stringify(task)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const counts = { reads: 0, hits: 0, wrong: 0, writes: 0, sweeps: 0, evicted: 0, exceptions: 0 }
  const worker = {
    process: child,
    said: { counts, warnings: [] as string[] },
    ready: once(child, 'message').then(() => undefined),
    ended: once(child, 'exit').then(() => undefined),
  }
  child.on('message', (message) => {
    if (typeof message === 'object') worker.said = message as Worker['said']
  })
  return worker
}

/** The sum of what workers counted. */
export function total(workers: readonly Worker[]): Counts {
  const sum: Counts = { reads: 0, hits: 0, wrong: 0, writes: 0, sweeps: 0, evicted: 0, exceptions: 0 }
  for (const { said } of workers) {
    for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += said.counts[name]
  }
  return sum
}
