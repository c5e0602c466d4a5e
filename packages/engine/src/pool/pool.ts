import { type Child, type Outcome, startChild } from './child.js'
import type { Answer, Lost, Task } from './protocol.js'

/** A task with what its admission needs to know. */
export interface Job {
  readonly task: Task
  /** Estimated peak memory in bytes. */
  readonly memory: number
  readonly deadlineMs: number
  readonly signal: AbortSignal | undefined
}

/** Bounds of a pool. */
export interface PoolOptions {
  /** Most children at once. */
  readonly concurrency: number
  /** Most bytes that running jobs may need together; a larger job runs alone. */
  readonly memoryBudget: number
  /** A child is replaced after this many jobs. */
  readonly recycleAfter: number
}

/** Runs jobs in children, first come first served. */
export interface Pool {
  /**
   * An answer, or how two children in a row were lost over this job.
   *
   * @throws the signal's reason once it aborts.
   */
  run(job: Job): Promise<Answer | Lost>
  /** Processes alive now. */
  pids(): number[]
  /** Waits for the jobs in hand, then ends all children. The pool can be used again. */
  close(): Promise<void>
}

/** A child that holds more than this after a job leaks, or had a giant and will not give it back. */
const RECYCLE_RSS = 768 * 2 ** 20

/** A job is tried again once, in a fresh child: the first loss may have been somebody else's out-of-memory kill. */
const TRIES = 2

interface Waiting extends Job {
  start(): void
}

interface Seat {
  readonly child: Child
  jobs: number
}

/** Makes a pool. Children start when first needed. */
export function createPool(options: PoolOptions): Pool {
  const waiting: Waiting[] = []
  const idle: Seat[] = []
  const seats = new Set<Seat>()
  const settling = new Set<Promise<unknown>>()
  let running = 0
  let memory = 0

  function pump(): void {
    for (let next = waiting[0]; next !== undefined && admits(next); next = waiting[0]) {
      waiting.shift()
      running += 1
      memory += next.memory
      next.start()
    }
  }

  /** Strictly the first in line: letting small jobs pass would starve a large one. */
  function admits(job: Job): boolean {
    if (running >= options.concurrency) return false
    return running === 0 || memory + job.memory <= options.memoryBudget
  }

  function admission(job: Job): Promise<void> {
    const { signal } = job
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        ...job,
        start() {
          signal?.removeEventListener('abort', leave)
          resolve()
        },
      }
      function leave(): void {
        waiting.splice(waiting.indexOf(entry), 1)
        reject(signal?.reason)
        // The head of the line may have been what did not fit.
        pump()
      }
      signal?.addEventListener('abort', leave, { once: true })
      waiting.push(entry)
      pump()
    })
  }

  async function run(job: Job): Promise<Answer | Lost> {
    job.signal?.throwIfAborted()
    await admission(job)
    const work = tryTwice(job).finally(() => {
      running -= 1
      memory -= job.memory
      settling.delete(work)
      pump()
    })
    settling.add(work)
    return work
  }

  async function tryTwice(job: Job): Promise<Answer | Lost> {
    let lost: Lost = { kind: 'died', detail: '' }
    for (let tried = 0; tried < TRIES; tried += 1) {
      const outcome = await runOnce(job, tried > 0)
      if ('answer' in outcome) return outcome.answer
      lost = outcome.lost
    }
    return lost
  }

  async function runOnce(job: Job, fresh: boolean): Promise<Outcome> {
    const seat = takeSeat(fresh)
    const abort = () => void seat.child.end()
    job.signal?.addEventListener('abort', abort, { once: true })
    const outcome = await seat.child.run(job.task, job.deadlineMs)
    job.signal?.removeEventListener('abort', abort)
    seat.jobs += 1
    await giveBack(seat, outcome, job.signal?.aborted === true)
    job.signal?.throwIfAborted()
    return outcome
  }

  function takeSeat(fresh: boolean): Seat {
    while (!fresh && idle.length > 0) {
      const used = idle.pop()
      if (used?.child.alive()) return used
      if (used !== undefined) seats.delete(used)
    }
    const seat = { child: startChild(), jobs: 0 }
    seats.add(seat)
    return seat
  }

  async function giveBack(seat: Seat, outcome: Outcome, aborted: boolean): Promise<void> {
    const worn = 'lost' in outcome || outcome.rss > RECYCLE_RSS || seat.jobs >= options.recycleAfter
    if (worn || aborted || idle.length >= options.concurrency) return endSeat(seat)
    idle.push(seat)
  }

  async function endSeat(seat: Seat): Promise<void> {
    await seat.child.end()
    seats.delete(seat)
  }

  async function close(): Promise<void> {
    while (running > 0) await Promise.allSettled(settling)
    const ending = idle.splice(0)
    await Promise.all(ending.map(endSeat))
  }

  function pids(): number[] {
    return [...seats].flatMap((seat) => seat.child.pid ?? [])
  }

  return { run, pids, close }
}
