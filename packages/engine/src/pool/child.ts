import { type ChildProcess, fork, type Serializable } from 'node:child_process'
import { once } from 'node:events'
import { workerFile } from '../worker-file.js'
import { childEnvironment } from './environment.js'
import type { Answer, FromChild, Lost, Order } from './protocol.js'

/** What one task came to. */
export type Outcome =
  /** `rss` is how much memory the child holds afterwards, in bytes. */
  | { readonly answer: Answer; readonly rss: number }
  /** `workedMs` is how long the child had the task. */
  | { readonly lost: Lost; readonly workedMs: number }

/** One process that works on one task at a time. */
export interface Child {
  readonly pid: number | undefined
  alive(): boolean
  /** Settles for certain: with an answer, or with how the child was lost. Past `deadlineMs` the child is killed. */
  run(order: Order, deadlineMs: number): Promise<Outcome>
  /** Kills the process and waits until it is gone. */
  end(): Promise<void>
}

/** A process that has not said it is ready by then never will; starting one takes some 200 ms. */
const START_MS = 60_000
const STDERR_BYTES = 4096

/** Most of a child's heap; a PDF with as many values as are allowed takes half. Pixels lie outside of it. */
const MOST_HEAP_MIB = 1024

const living = new Set<ChildProcess>()

function killAll(): void {
  for (const process of living) process.kill('SIGKILL')
}

/** Starts a process. It never keeps this one alive, except while it works. */
export function startChild(): Child {
  const child = fork(workerFile(), [], {
    // Of its own, which keeps the parent's inspector, loaders and runner flags out. Bun has no such limit.
    execArgv: process.versions['bun'] === undefined ? [`--max-old-space-size=${MOST_HEAP_MIB}`] : [],
    env: childEnvironment(process.env),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  register(child)
  const stderr = collectStderr(child)
  const exited = new Promise<string>((resolve) => {
    // Not once: a channel may complain again, and what nobody hears ends the program.
    child.on('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(`process ended with ${signal ?? `code ${code}`}`))
  })
  const ready = awaitMessage(child, (message) => message.type === 'ready')
  hold(child, false)

  /** The promise's value, or how the child was lost when it exits or the time runs out first. */
  async function guard<T>(promise: Promise<T>, ms: number): Promise<T | Lost> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Lost>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'timeout', detail: `no answer after ${Math.round(ms)} ms` }), ms)
    })
    const died = exited.then((how): Lost => ({ kind: 'died', detail: `${how}${stderr()}` }))
    const first = await Promise.race([promise, late, died])
    clearTimeout(timer)
    return first
  }

  async function run(order: Order, deadlineMs: number): Promise<Outcome> {
    hold(child, true)
    try {
      const started = await guard(ready, START_MS)
      if (isLost(started)) return await lose(started, 0)
      const since = performance.now()
      const reply = awaitMessage(child, (message) => message.type !== 'ready')
      // A closed channel is told by the exit that follows it.
      child.send(order satisfies Serializable, () => {})
      const message = await guard(reply, deadlineMs)
      const workedMs = performance.now() - since
      if (isLost(message)) return await lose(message, workedMs)
      if (message.type !== 'answer') return await lose(overdrawn(message), workedMs)
      return { answer: message.answer, rss: message.rss }
    } finally {
      hold(child, false)
    }
  }

  function alive(): boolean {
    return child.pid !== undefined && child.exitCode === null && child.signalCode === null
  }

  async function lose(lost: Lost, workedMs: number): Promise<Outcome> {
    await end()
    return { lost, workedMs }
  }

  async function end(): Promise<void> {
    if (!alive()) return
    child.ref()
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  return { pid: child.pid, alive, run, end }
}

function overdrawn(message: Exclude<FromChild, { type: 'answer' }>): Lost {
  if (message.type === 'ready') return { kind: 'died', detail: 'unexpected message' }
  return { kind: 'memory', detail: `it took ${Math.round(message.rss / 2 ** 20)} MiB of memory` }
}

function isLost(value: FromChild | Lost): value is Lost {
  return 'kind' in value
}

/** The next message that passes. */
function awaitMessage(child: ChildProcess, accept: (message: FromChild) => boolean): Promise<FromChild> {
  return new Promise((resolve) => {
    const listen = (message: unknown) => {
      // Only the program beside this file writes to the channel.
      const known = message as FromChild
      if (!accept(known)) return
      child.off('message', listen)
      resolve(known)
    }
    child.on('message', listen)
  })
}

/** Whether the event loop waits for the child. */
function hold(child: ChildProcess, busy: boolean): void {
  // Bun's channels wait as long as their process does, and cannot be told.
  const channel: { ref?: () => void; unref?: () => void } | null | undefined = child.channel
  if (busy) {
    child.ref()
    channel?.ref?.()
  } else {
    child.unref()
    channel?.unref?.()
  }
}

/** Keeps the last few KiB a child complains about, for the report of its death. */
function collectStderr(child: ChildProcess): () => string {
  let tail = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-STDERR_BYTES)
  })
  // The typed stream is a socket underneath; unref keeps it from holding an idle parent.
  const socket = child.stderr as { unref?: () => void } | null
  socket?.unref?.()
  return () => (tail === '' ? '' : `: ${tail.trim()}`)
}

/** Ends with this process, however that ends, as far as it can know; a child also leaves when its channel closes. */
function register(child: ChildProcess): void {
  if (living.size === 0) process.once('exit', killAll)
  living.add(child)
  child.once('exit', () => {
    living.delete(child)
    if (living.size === 0) process.off('exit', killAll)
  })
}
