import { type Admission, admit, type PoolLimits } from './admission.js'
import type { Outcome } from './child.js'
import type { Answer, Lost, Task } from './protocol.js'
import { createSeats } from './seats.js'

/** A task with what its admission needs to know. */
export interface Job {
  readonly task: Task
  /** Estimated peak memory in bytes. */
  readonly memory: number
  /** Milliseconds for all tries together. */
  readonly deadlineMs: number
  readonly signal: AbortSignal | undefined
}

/** Bounds of a pool and of its children. */
export interface PoolOptions extends PoolLimits {
  /** A child is replaced after this many jobs. */
  readonly recycleAfter: number
}

/** How a job was lost, and how many children with it. */
export interface LostJob extends Lost {
  readonly children: number
}

/** Runs jobs in children, about as they come. */
export interface Pool {
  /**
   * An answer, or how the job was lost: a child that died is replaced once, one that was late or took too much was
   * the file's only chance.
   *
   * @throws the signal's reason once it aborts.
   */
  run(job: Job): Promise<Answer | LostJob>
  /** Processes alive now. */
  pids(): number[]
  /** Waits for the jobs in hand, then ends all children. The pool can be used again. */
  close(): Promise<void>
}

/** A job is tried again once, in a fresh child: the first loss may have been somebody else's out-of-memory kill. */
const TRIES = 2

/** Jobs that may go first while one waits for memory; without an end to that, a large one would starve. */
const MOST_PASSED = 16

/** A job that was let in. */
interface Entry extends Admission {
  /** Idle children end before the job starts. */
  readonly ended: Promise<void>
}

interface Waiting extends Job {
  /** Jobs that came later and went first. */
  passed: number
  start(entry: Entry): void
}

/** Makes a pool. Children start when first needed. */
export function createPool(options: PoolOptions): Pool {
  const seats = createSeats(options.concurrency, options.recycleAfter)
  const waiting: Waiting[] = []
  const settling = new Set<Promise<unknown>>()
  let running = 0
  let committed = 0

  /** Starts the first in line, and behind it what fits beside the jobs that it waits for. */
  function pump(): void {
    for (let i = 0; i <= MOST_PASSED; ) {
      const job = waiting[i]
      if (job === undefined || running >= options.concurrency) return
      const admission = admit(job.memory, { running, committed, idle: seats.idle() }, options)
      if (admission !== null) {
        waiting.splice(i, 1)
        for (const before of waiting.slice(0, i)) before.passed += 1
        running += 1
        committed += admission.memory
        job.start({ ...admission, ended: seats.endIdle(admission.ending) })
        i = 0
      } else {
        if (job.passed >= MOST_PASSED) return
        i += 1
      }
    }
  }

  function enter(job: Job): Promise<Entry> {
    const { signal } = job
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        ...job,
        passed: 0,
        start(admitted) {
          signal?.removeEventListener('abort', leave)
          resolve(admitted)
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

  async function run(job: Job): Promise<Answer | LostJob> {
    job.signal?.throwIfAborted()
    const { memory, allowance, ended } = await enter(job)
    const work = ended
      .then(() => tryTwice(job, allowance))
      .finally(() => {
        running -= 1
        committed -= memory
        settling.delete(work)
        pump()
      })
    settling.add(work)
    return work
  }

  async function tryTwice(job: Job, allowance: number): Promise<Answer | LostJob> {
    let left = job.deadlineMs
    for (let children = 1; ; children += 1) {
      const outcome = await runOnce({ ...job, deadlineMs: left }, allowance, children > 1)
      if ('answer' in outcome) return outcome.answer
      left -= outcome.workedMs
      if (outcome.lost.kind !== 'died' || children === TRIES || left <= 0) return { ...outcome.lost, children }
    }
  }

  async function runOnce({ task, signal, deadlineMs }: Job, allowance: number, fresh: boolean): Promise<Outcome> {
    // Aborted while idle children ended.
    signal?.throwIfAborted()
    const seat = seats.take(fresh)
    const abort = () => void seat.child.end()
    signal?.addEventListener('abort', abort, { once: true })
    const outcome = await seat.child.run({ task, allowance }, deadlineMs)
    signal?.removeEventListener('abort', abort)
    await seats.giveBack(seat, outcome, signal?.aborted === true)
    signal?.throwIfAborted()
    return outcome
  }

  async function close(): Promise<void> {
    while (running > 0) await Promise.allSettled(settling)
    await seats.endIdle()
  }

  return { run, pids: seats.pids, close }
}
