import { type Admission, admit, mostOf, type PoolLimits } from './admission.js'
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

/** How a job was lost, how many children with it, and how long they had it. */
export interface LostJob extends Lost {
  readonly children: number
  readonly workedMs: number
}

/** Runs jobs in children, first come first served. */
export interface Pool {
  /**
   * An answer, or how the job was lost. A child that died is replaced once, one that took too much is followed by one
   * that has all memory to itself; one that was late was the file's only chance.
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

/** A job that was let in. */
interface Entry extends Admission {
  /** Idle children end before the job starts. */
  readonly ended: Promise<void>
}

interface Waiting extends Job {
  start(entry: Entry): void
}

/** Makes a pool. Children start when first needed. */
export function createPool(options: PoolOptions): Pool {
  const seats = createSeats(options.concurrency, options.recycleAfter)
  const waiting: Waiting[] = []
  const settling = new Set<Promise<unknown>>()
  let running = 0
  let committed = 0

  /** Strictly the first in line: letting small jobs pass would starve a large one, and gained nothing on real sites. */
  function pump(): void {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const admission = admit(next.memory, { running, committed, idle: seats.idle() }, options)
      if (admission === null) return
      waiting.shift()
      running += 1
      committed += admission.memory
      next.start({ ...admission, ended: seats.endIdle(admission.ending) })
    }
  }

  function enter(job: Job): Promise<Entry> {
    const { signal } = job
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        ...job,
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
    const work = tryAlone(job).finally(() => settling.delete(work))
    settling.add(work)
    return work
  }

  /** Once more and with nothing beside it, if it takes more than was expected. */
  async function tryAlone(job: Job): Promise<Answer | LostJob> {
    const most = mostOf(options.memoryBudget)
    const first = await tryAdmitted(job)
    if (first.kind !== 'memory' || job.memory >= most) return first
    const second = await tryAdmitted({ ...job, memory: most, deadlineMs: job.deadlineMs - first.workedMs })
    return 'children' in second ? { ...second, children: first.children + second.children } : second
  }

  async function tryAdmitted(job: Job): Promise<Answer | LostJob> {
    const { memory, allowance, ended } = await enter(job)
    try {
      await ended
      return await tryTwice(job, allowance)
    } finally {
      running -= 1
      committed -= memory
      pump()
    }
  }

  async function tryTwice(job: Job, allowance: number): Promise<Answer | LostJob> {
    let workedMs = 0
    for (let children = 1; ; children += 1) {
      const deadlineMs = job.deadlineMs - workedMs
      const outcome = await runOnce({ ...job, deadlineMs }, allowance, children > 1)
      if ('answer' in outcome) return outcome.answer
      workedMs += outcome.workedMs
      const isOver = outcome.lost.kind !== 'died' || children === TRIES || workedMs >= job.deadlineMs
      if (isOver) return { ...outcome.lost, children, workedMs }
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
    while (settling.size > 0) await Promise.allSettled(settling)
    await seats.endIdle()
  }

  return { run, pids: seats.pids, close }
}
