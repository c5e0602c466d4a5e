import { setMaxListeners } from 'node:events'
import { type CompressionError, EngineFailedError } from '../errors.js'
import type { ResolvedOptions } from '../options.js'
import { formatDuration } from '../util/units.js'
import { createDeadline, type Deadline } from './deadline.js'
import type { Makers } from './makers.js'
import type { Warnings } from './warnings.js'
import { type Finding, find, type Job, type Maker, recall, type Tools } from './work.js'

/** A job, and whose it is. */
export interface Task extends Job {
  readonly digest: string
  readonly maker: Maker
}

/** What became of a job, and whose it was in the end. */
export type MakersFinding = Finding & { readonly maker: Maker }

/** What is known only from the first asset of a build to its end, so that the next build looks again. */
export interface Run {
  readonly deadline: Deadline
  /** Finds a result or does the job, once in a run however often it is asked for. Never rejects. */
  look(task: Task): Promise<MakersFinding>
  /** The same for who waits: `'late'` once the build has waited long enough. What is found at once is always in time. */
  lookInTime(task: Task): Promise<MakersFinding | 'late'>
  /** Stops all work, as the build fails. */
  abort(): void
  readonly isAborted: boolean
  /** Whether an engine, the time or the build gave up, so that a later build has no use for this run. */
  readonly isSpent: boolean
  /** Gives back the share in the process's queues. */
  end(): void
}

/** What a run works with. */
export interface RunParts {
  readonly options: ResolvedOptions
  readonly makers: Makers
  readonly tools: Omit<Tools, 'signal' | 'isHurried'>
  readonly warnings: Warnings
}

export function createRun({ options, makers, tools, warnings }: RunParts): Run {
  const found = new Map<string, Promise<MakersFinding>>()
  // Why no more work is begun by an engine, once it has said that it cannot.
  const stopped = new Map<Maker, CompressionError>()
  const abort = new AbortController()
  const deadline = createDeadline(options.deadline === null ? null : options.deadline * 1000)
  // Of both, made with the first job: it takes longer than to find a result.
  let ending: AbortSignal | undefined
  const leases = makers.all.map(({ queue, most }) => queue.limit(most ?? options.concurrency))

  return {
    deadline,
    look,
    lookInTime,
    abort: () => abort.abort(),
    get isAborted() {
      return abort.signal.aborted
    },
    get isSpent() {
      return stopped.size > 0 || abort.signal.aborted || deadline.signal.aborted
    },
    end() {
      for (const release of leases) release()
    },
  }

  function look(task: Task): Promise<MakersFinding> {
    const known = found.get(task.key)
    if (known) return known
    const finding = lookAnew(task)
    found.set(task.key, finding)
    return finding
  }

  async function lookInTime(task: Task): Promise<MakersFinding | 'late'> {
    const { signal, isOver } = deadline
    const finding = look(task)
    // Once it is over nothing is begun, so that what the caches have is waited for.
    const first = signal.aborted ? await finding : await Promise.race([finding, isOver])
    // What is stopped as time is up is late too, whichever is heard of first.
    if (!first || ('error' in first && signal.aborted)) {
      tellDeadline()
      return 'late'
    }
    // A failure may pass, so whoever asks later tries again.
    if ('error' in first) found.delete(task.key)
    return first
  }

  async function lookAnew(task: Task): Promise<MakersFinding> {
    const finding = { ...(await findBy(task)), maker: task.maker }
    if (!('error' in finding) || finding.error.scope !== 'run') return finding
    if (!stopped.has(task.maker)) stopped.set(task.maker, finding.error)
    const maker = makers.standInFor(task.maker, task.format, task.settings)
    if (!maker) return finding
    const { code, message, hint } = finding.error
    if (options.onError !== 'keep') warnings.add(code, message, hint)
    // Under a name of its own: what the stand-in makes is not what the first engine would make.
    return lookAnew({ ...task, maker, key: maker.keyOf(task.digest, task.format, task.settings) })
  }

  /** An engine that cannot is not asked again. What it made before is still of use. */
  async function findBy(task: Task): Promise<Finding> {
    const { maker } = task
    const error = stopped.get(maker)
    if (error || deadline.signal.aborted) {
      const known = await recall(task, tools)
      return known ?? { error: error ?? new EngineFailedError('ENGINE_FAILED', 'time is up.'), ms: 0 }
    }
    const isHurried = options.deadline !== null
    ending ??= endingOf(abort.signal, deadline.signal)
    return find(task, { ...tools, ...maker, isHurried, signal: ending })
  }

  function tellDeadline(): void {
    if (options.onError === 'keep') return
    const message = `The deadline of ${formatDuration(1000 * (options.deadline ?? 0))} is over: what is not done ships as it is.`
    warnings.add('DEADLINE', message, 'The next build goes on with it. Raise `deadline` to do more at once.')
  }
}

/** Either of both. As many may listen as wait at the same time, which Node takes for a leak from the eleventh on. */
function endingOf(...signals: readonly AbortSignal[]): AbortSignal {
  const signal = AbortSignal.any([...signals])
  setMaxListeners(0, signal)
  return signal
}
