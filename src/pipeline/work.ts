import type { Format } from '@compress-fast/engine/sniff'
import type { Demands, Verdict } from '../cache/cache.js'
import { createKeyer, digestOf } from '../cache/key.js'
import type { Engine, EngineAnswer } from '../engine/engine.js'
import { type CompressionError, EngineFailedError, isCompressionError, RejectedResultError } from '../errors.js'
import type { AssetSettings, From } from '../types.js'
import { potentialSaving } from './potential.js'
import type { Queue } from './queue.js'

/** A piece of work: these bytes under these settings, whichever file or build they come from. */
export interface Job {
  /** The name under which the result is known. */
  readonly key: string
  /** Read when the work begins and not before: a bundler may have to copy the bytes. */
  readonly source: { readonly bytes: Uint8Array }
  readonly format: Format
  readonly settings: AssetSettings
}

/** A job's result, where it came from, and how long that took. */
export interface Found {
  readonly verdict: Verdict
  readonly from: From
  readonly ms: number
}

/** What became of a job. */
export type Finding = Found | { readonly error: CompressionError; readonly ms: number }

/** Results by key, in layers; a hit says which one it came from. */
export interface ResultStore {
  get(key: string, demands: Demands): Promise<{ verdict: Verdict; from: Exclude<From, 'engine'> } | undefined>
  /** What is at hand without waiting; `get` may know more. */
  peek?(key: string): { verdict: Verdict; from: Exclude<From, 'engine'> } | undefined
  set(key: string, verdict: Verdict): Promise<void>
  /** Claims the making of a result among all processes; `undefined` while another one has it. */
  claim(key: string): Promise<(() => Promise<void>) | undefined>
  whenUnclaimed(key: string, signal: AbortSignal): Promise<void>
  /** Resolves when what was begun is written, and nothing holds up the end of a build. */
  settle?(): Promise<void>
}

/** Told about the engine's work as it happens. */
export interface Watch {
  queued(bytes: number): void
  done(bytes: number): void
}

/** An engine and what is its own. */
export interface Maker {
  readonly engine: Engine
  readonly keyOf: KeyOf
  /** Looks at the pixels of a result, for engines that are not known to do so. Why it must not ship, or `null`. */
  readonly check: Check | undefined
  readonly queue: Queue
  /** Most files that it is given at once, where that is not the option's business. */
  readonly most?: number | undefined
}

/** What a job is done with. */
export interface Tools extends Maker {
  readonly results: ResultStore
  /** Jobs under way in this process, by key, whoever began them. */
  readonly inFlight: Map<string, Promise<Finding>>
  readonly signal: AbortSignal
  readonly watch: Watch
  /** Whether time is short, so that what promises most goes first. */
  readonly isHurried: boolean
}

/** Why a result must not ship in place of its source under these settings, or `null`. */
export type Check = (
  source: Uint8Array,
  result: Uint8Array,
  settings: AssetSettings,
  signal: AbortSignal,
) => Promise<string | null>

/** Names jobs. */
export type KeyOf = (digest: string, format: Format, settings: AssetSettings) => string

/** Makes the function that names jobs of an engine. What all jobs under the same settings share is spelled once. */
export function createKeyOf(engine: Pick<Engine, 'id' | 'version' | 'relevant'>): KeyOf {
  const { id, version } = engine
  const keyers = new Map<AssetSettings, Map<Format, (digest: string) => string>>()
  // The line of a file asks right after the file itself.
  let last: { readonly keyer: object; readonly digest: string; readonly key: string } | undefined
  return (digest, format, settings) => {
    const byFormat = keyers.get(settings) ?? new Map()
    keyers.set(settings, byFormat)
    const keyer =
      byFormat.get(format) ??
      createKeyer({ format, settings: relevantOf(engine, settings, format), engine: { id, version } })
    byFormat.set(format, keyer)
    if (last?.digest !== digest || last.keyer !== keyer) last = { keyer, digest, key: keyer(digest) }
    return last.key
  }
}

/** The settings that can change an engine's results. */
export function relevantOf(
  engine: Pick<Engine, 'relevant'>,
  settings: AssetSettings,
  format: Format,
): Readonly<Record<string, unknown>> {
  return engine.relevant?.(settings, format) ?? { ...settings }
}

/** Looks for a job's result where no work is needed. */
export async function recall(
  job: Job,
  { results }: { readonly results: Pick<ResultStore, 'get'> },
): Promise<Found | undefined> {
  const begun = performance.now()
  const known = await results.get(job.key, demandsOf(job))
  return known && { ...known, ms: performance.now() - begun }
}

/** Finds a job's result: in the work under way, in the caches, or by doing the job. Never rejects. */
export function find(job: Job, tools: Tools): Promise<Finding> {
  const { key } = job
  const underWay = tools.inFlight.get(key)
  if (underWay) return underWay
  const finding = findAnew(job, tools).finally(() => tools.inFlight.delete(key))
  tools.inFlight.set(key, finding)
  return finding
}

async function findAnew(job: Job, tools: Tools): Promise<Finding> {
  const known = await recall(job, tools)
  if (known) return known
  const { byteLength } = job.source.bytes
  const weight = tools.isHurried ? potentialSaving(job.format, byteLength) : 0
  tools.watch.queued(byteLength)
  try {
    for (;;) {
      const finding = await tools.queue.run(() => makeOnce(job, tools), weight)
      if (finding) return finding
      // Another process is at it. Meanwhile there is other work to do.
      await tools.results.whenUnclaimed(job.key, tools.signal)
      if (tools.signal.aborted) return { error: stoppedError(), ms: 0 }
    }
  } finally {
    tools.watch.done(byteLength)
  }
}

/** Does a job, unless another process does it (`undefined`) or did it since we looked. */
async function makeOnce(job: Job, tools: Tools): Promise<Finding | undefined> {
  const started = performance.now()
  // What has waited for its turn until the build was stopped is not begun.
  if (tools.signal.aborted) return { error: stoppedError(), ms: 0 }
  const unclaim = await tools.results.claim(job.key)
  if (!unclaim) return undefined
  const found = await tools.results.get(job.key, demandsOf(job))
  if (found) {
    void unclaim()
    return { ...found, ms: performance.now() - started }
  }
  try {
    const { verdict, release } = await make(job, tools)
    // Not waited for: the next build has use for the entry, this one has not.
    void remember(job, verdict, tools).then(release).finally(unclaim)
    return { verdict, from: 'engine', ms: performance.now() - started }
  } catch (error) {
    void unclaim()
    return { error: asCompressionError(error), ms: performance.now() - started }
  }
}

/** What a result of another machine must be: no less than one that an engine hands in. */
function demandsOf({ source, format, settings }: Job): Demands {
  return {
    get mostBytes() {
      return source.bytes.byteLength
    },
    async accepts(verdict) {
      if (!verdict.gain) return true
      const { bytes } = source
      const { objection } = await import('./judge.js')
      const isSmaller = verdict.bytes.byteLength < bytes.byteLength
      return isSmaller && objection(format, bytes, verdict.bytes, settings.resize) === null
    },
  }
}

interface Made {
  readonly verdict: Verdict
  /** To be called when the verdict is stored. */
  readonly release?: (() => void) | undefined
}

async function make(job: Job, { engine, check, signal }: Tools): Promise<Made> {
  const { source, format, settings } = job
  const answer = await engine.compress(source.bytes, { format, settings, signal })
  return { verdict: await judge(answer, job, { engine, check, signal }), release: answer.release }
}

async function judge(
  answer: EngineAnswer,
  { source: { bytes }, format, settings }: Job,
  { engine, check, signal }: Pick<Tools, 'engine' | 'check' | 'signal'>,
): Promise<Verdict> {
  if (!answer.gain) return { gain: false, reason: answer.reason }
  if (answer.bytes.byteLength >= bytes.byteLength) return { gain: false, reason: 'no-gain' }
  // Reading results takes much code, which a build that finds everything in its cache has no use for.
  const { objection } = await import('./judge.js')
  const said = objection(format, bytes, answer.bytes, settings.resize)
  const why = said ?? (await check?.(bytes, answer.bytes, settings, signal)) ?? null
  if (why !== null) {
    throw new RejectedResultError(`The result of engine ${engine.id} was thrown away: ${why}.`, {
      hint: 'The original ships. If this repeats, report the file to the maker of the engine.',
    })
  }
  return { gain: true, bytes: answer.bytes, digest: digestOf(answer.bytes), quality: answer.quality }
}

function remember({ key, format, settings }: Job, verdict: Verdict, { results, keyOf }: Tools): Promise<void> {
  const stored = results.set(key, verdict)
  // Our own output is as small as it gets: compressing it once more would only lose quality.
  if (verdict.gain) {
    void results.set(keyOf(verdict.digest, format, settings), { gain: false, reason: 'already-compressed' })
  }
  return stored
}

function stoppedError(): EngineFailedError {
  return new EngineFailedError('ENGINE_FAILED', 'the build was stopped.')
}

function asCompressionError(error: unknown): CompressionError {
  if (isCompressionError(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  return new EngineFailedError('ENGINE_FAILED', `The engine failed: ${message}`, { cause: error })
}
