import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { resolveResize, resolveSettings, type SettingsInput } from './codecs/settings.js'
import type { Facts } from './inspect/facts.js'
import { BrokenImageError, inspect, sniff } from './inspect/index.js'
import { compressibleFormats, type DocumentFormat, isDocument } from './inspect/names.js'
import { inspectPdf } from './pdf/inspect.js'
import {
  defaultDeadline,
  defaultMemoryBudget,
  documentDeadline,
  estimateDocumentMemory,
  estimateMemory,
  MAX_PIXELS,
  withinPixels,
} from './pool/limits.js'
import { createPool, type Job, type LostJob } from './pool/pool.js'
import type { Answer, Task } from './pool/protocol.js'
import type { Resize } from './resize/size.js'
import type { FailedReason, Format, Reason } from './types.js'
import { engineVersion } from './version.js'

/** How to compress one file. Every field may stay open. */
export interface CompressOptions extends SettingsInput {
  /**
   * What the caller takes the bytes to be. Content decides; this only makes bytes that are nothing known `'broken'`
   * instead of `'unsupported-format'`.
   */
  readonly format?: Format | undefined
  /** Ends the work; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** What came of one file. */
export interface CompressResult {
  /** Fewer bytes of the same format, or the very input. */
  readonly bytes: Uint8Array
  /** What the bytes are, `null` when that is not known. */
  readonly format: Format | null
  readonly changed: boolean
  /** Why the input was left as it is; `null` when it was not. */
  readonly reason: Reason | null
  /** SSIMULACRA2 score of the result where it was measured, 100 when no pixel changed, else `null`. */
  readonly quality: number | null
  /** More about a failure, for people; not stable. */
  readonly detail: string | null
}

/** Whether a result may ship in place of its source. */
export type Verification = { readonly ok: true } | { readonly ok: false; readonly why: string }

/** How a result is looked at. */
export interface VerifyOptions {
  /** What its maker was asked for: the size must be exactly that. */
  readonly resize?: Resize | undefined
  readonly signal?: AbortSignal | undefined
}

/** Bounds of an engine. Every field may stay open. */
export interface EngineOptions {
  /** Most processes at once. Default: as many as the machine runs in parallel. */
  readonly concurrency?: number | undefined
  /** Most pixels of a canvas, default 50 million. All frames of an animation may have ten times as many. */
  readonly maxPixels?: number | undefined
  /**
   * Most milliseconds for one file. Default: 60,000 and, for each megapixel, 6,000 (JPEG) to 25,000 (PNG); for documents
   * by size as well.
   */
  readonly deadlineMs?: number | undefined
  /** Most bytes all running jobs may be expected to take. Default: half of the memory, at most 1,536 MiB. */
  readonly memoryBudget?: number | undefined
  /** Files after which a process is replaced, default 200. */
  readonly recycleAfter?: number | undefined
}

/** The codec of a format cannot be loaded: it is not installed, or not for this platform. No file is to blame. */
export class CodecUnavailableError extends Error {
  override readonly name = 'CodecUnavailableError'
  readonly code = 'CODEC_UNAVAILABLE'

  constructor(format: Format, detail: string) {
    // What follows in such messages is advice for the codec's own users.
    super(`The codec for ${format} cannot be loaded: ${detail.split('\n')[0]}`)
  }
}

/** Compresses in processes of its own, which can be killed. */
export interface Engine {
  /** @see {@link engineVersion} */
  readonly version: string
  /**
   * Looks for fewer bytes of the same format. Whatever the input holds, this does not reject.
   *
   * @throws {TypeError} on a wrong argument, named in the message; {@link CodecUnavailableError} when a codec is not
   * installed; the signal's reason once it aborts.
   */
  compress(bytes: Uint8Array, options?: CompressOptions): Promise<CompressResult>
  /**
   * Whether `result`, made elsewhere, decodes and shows what `source` shows: size, frames, times, orientation, colour
   * space and transparency. How close the pixels are is not measured.
   *
   * @throws {TypeError} on a wrong argument; {@link CodecUnavailableError} when a codec is not installed; the signal's
   * reason once it aborts.
   */
  verify(source: Uint8Array, result: Uint8Array, options?: VerifyOptions): Promise<Verification>
  /** Waits for files in hand, then ends all processes. The engine can be used again. */
  close(): Promise<void>
  /** Processes alive now. */
  pids(): number[]
}

/** Lost processes after which a file is left alone. */
const MOST_STRIKES = 2

/** setTimeout's limit. */
const MAX_TIMEOUT = 2 ** 31 - 1

/**
 * Makes an engine. Nothing is started or loaded before the first file.
 *
 * @throws {TypeError} naming the option that is no positive number.
 */
export function createEngine(options: EngineOptions = {}): Engine {
  const maxPixels = positive('maxPixels', options.maxPixels ?? MAX_PIXELS)
  const deadlineMs = options.deadlineMs === undefined ? undefined : positive('deadlineMs', options.deadlineMs)
  const pool = createPool({
    concurrency: whole('concurrency', options.concurrency ?? availableParallelism()),
    memoryBudget: positive('memoryBudget', options.memoryBudget ?? defaultMemoryBudget()),
    recycleAfter: whole('recycleAfter', options.recycleAfter ?? 200),
  })
  /** How many processes were lost over a file, by its digest. */
  const strikes = new Map<string, number>()

  async function compress(bytes: Uint8Array, asked: CompressOptions = {}): Promise<CompressResult> {
    assertBytes('bytes', bytes)
    const settings = resolveSettings(asked)
    asked.signal?.throwIfAborted()
    const format = sniff(bytes) ?? asked.format ?? null
    if (format === 'heic') return left(bytes, format, 'no-encoder')
    if (format === null || !compressibleFormats.has(format)) return left(bytes, format, 'unsupported-format')
    const { signal } = asked
    if (isDocument(format))
      return finish(format, documentJob({ kind: 'document', bytes, format, settings }, format, signal))
    const facts = readFacts(bytes, format)
    if (facts instanceof BrokenImageError) return left(bytes, format, 'broken', facts.message)
    if (!withinPixels(facts, maxPixels)) return left(bytes, format, 'too-many-pixels')
    return finish(format, job({ kind: 'compress', bytes, facts, settings }, facts, signal))
  }

  async function finish(format: Format, job: Job): Promise<CompressResult> {
    const { bytes } = job.task
    const digest = createHash('sha256').update(bytes).digest('hex')
    const struck = () => strikes.get(digest) ?? 0
    if (struck() >= MOST_STRIKES) return left(bytes, format, 'quarantined')
    const answer = await pool.run(job)
    if (isLost(answer)) strikes.set(digest, struck() + answer.children)
    return toResult(bytes, format, answer)
  }

  function documentJob(task: Task, format: DocumentFormat, signal: AbortSignal | undefined): Job {
    const { pixels, largest } = format === 'pdf' ? inspectPdf(task.bytes) : { pixels: 0, largest: 0 }
    const facts = { format, size: task.bytes.length, pixels, largest }
    const deadline = Math.min(MAX_TIMEOUT, deadlineMs ?? documentDeadline(facts))
    return { task, memory: estimateDocumentMemory(facts), deadlineMs: deadline, signal }
  }

  function job(task: Task, facts: Facts, signal: AbortSignal | undefined): Job {
    const deadline = Math.min(MAX_TIMEOUT, deadlineMs ?? defaultDeadline(facts))
    return { task, memory: estimateMemory(facts, task.bytes.length), deadlineMs: deadline, signal }
  }

  async function verify(
    source: Uint8Array,
    result: Uint8Array,
    { resize, signal }: VerifyOptions = {},
  ): Promise<Verification> {
    assertBytes('source', source)
    assertBytes('result', result)
    const scale = resize === undefined ? undefined : resolveResize(resize)
    signal?.throwIfAborted()
    const format = sniff(source)
    if (format === null || !compressibleFormats.has(format)) return { ok: false, why: 'the format has no reader' }
    if (sniff(result) !== format) return { ok: false, why: `it is no ${format}` }
    const task: Task = { kind: 'verify', bytes: source, result, resize: scale }
    if (isDocument(format)) return toVerification(format, await pool.run(documentJob(task, format, signal)))
    const facts = readFacts(source, format)
    const found = readFacts(result, format)
    if (facts instanceof BrokenImageError) return { ok: false, why: `the source is broken: ${facts.message}` }
    if (found instanceof BrokenImageError) return { ok: false, why: `it is broken: ${found.message}` }
    if (!withinPixels(facts, maxPixels) || !withinPixels(found, maxPixels)) return { ok: false, why: 'too many pixels' }
    return toVerification(format, await pool.run(job(task, facts, signal)))
  }

  return { version: engineVersion(), compress, verify, close: pool.close, pids: pool.pids }
}

let shared: Engine | undefined

/**
 * Compresses with an engine that is made at the first call and kept. Its processes never keep the program alive.
 *
 * @throws as {@link Engine.compress}.
 */
export function compress(bytes: Uint8Array, options?: CompressOptions): Promise<CompressResult> {
  shared ??= createEngine()
  return shared.compress(bytes, options)
}

function left(bytes: Uint8Array, format: Format | null, reason: Reason, detail: string | null = null): CompressResult {
  return { bytes, format, changed: false, reason, quality: null, detail }
}

function toResult(bytes: Uint8Array, format: Format, answer: Answer | LostJob): CompressResult {
  switch (answer.kind) {
    case 'gain':
      return { bytes: answer.bytes, format, changed: true, reason: null, quality: answer.quality, detail: null }
    case 'kept':
      return left(bytes, format, answer.reason)
    case 'broken':
      return left(bytes, format, 'broken', answer.detail)
    case 'timeout':
      return left(bytes, format, 'timeout', answer.detail)
    case 'verified':
      return left(bytes, format, 'crashed', 'the process answered another question')
    case 'unavailable':
      throw new CodecUnavailableError(format, answer.detail)
    case 'died':
    case 'memory':
    case 'threw':
      return left(bytes, format, 'crashed' satisfies FailedReason, answer.detail)
  }
}

function toVerification(format: Format, answer: Answer | LostJob): Verification {
  if (answer.kind === 'unavailable') throw new CodecUnavailableError(format, answer.detail)
  if (answer.kind === 'verified') return answer.ok ? { ok: true } : { ok: false, why: answer.why }
  return { ok: false, why: 'detail' in answer ? answer.detail : 'the process answered another question' }
}

function isLost(answer: Answer | LostJob): answer is LostJob {
  return 'children' in answer
}

/** What the header says, or why it says nothing. */
function readFacts(bytes: Uint8Array, format: Format): Facts | BrokenImageError {
  try {
    return inspect(bytes, format) ?? new BrokenImageError(format, 'there is no reader for it')
  } catch (error) {
    if (error instanceof BrokenImageError) return error
    throw error
  }
}

function assertBytes(name: string, value: unknown): void {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${name} must be a Uint8Array, not ${typeof value}`)
}

function positive(name: string, value: number): number {
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value
  throw new TypeError(`${name} must be a positive number, not ${String(value)}`)
}

function whole(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value
  throw new TypeError(`${name} must be a whole number from 1 up, not ${String(value)}`)
}
