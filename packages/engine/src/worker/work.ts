import { type Candidate, type Codec, type CompressibleFormat, UnreadableError, type Work } from '../codecs/codec.js'
import { codecs } from '../codecs/index.js'
import { BrokenGifError } from '../gif/index.js'
import { BrokenImageError } from '../inspect/index.js'
import type { Answer, Task } from '../pool/protocol.js'
import { checkCandidate, checkForeign } from './check.js'

/** Does a task. Never throws: whatever goes wrong is part of the answer. */
export async function work(task: Task): Promise<Answer> {
  try {
    return task.kind === 'compress' ? await compress(task) : await verify(task.bytes, task.result)
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return error instanceof UnreadableError ? { kind: 'broken', detail } : { kind: 'threw', detail }
  }
}

async function compress(job: Work): Promise<Answer> {
  const codec = await loadCodec(job.facts.format as CompressibleFormat)
  if ('kind' in codec) return codec
  const offered = await codec(job)
  if (typeof offered === 'string') return { kind: 'kept', reason: offered }
  const best = await pick(job, offered)
  if (best === null) return { kind: 'kept', reason: 'no-gain' }
  return { kind: 'gain', bytes: best.bytes, quality: best.quality }
}

/** The codec of a format, or that it cannot be had on this machine, which is no fault of any file. */
async function loadCodec(format: CompressibleFormat): Promise<Codec | Extract<Answer, { kind: 'unavailable' }>> {
  try {
    return await codecs[format]()
  } catch (error) {
    return { kind: 'unavailable', detail: error instanceof Error ? error.message : String(error) }
  }
}

/** The smallest candidate below the source's size that stands the check. Equal sizes go to the earlier one. */
async function pick({ bytes, facts }: Work, offered: readonly Candidate[]): Promise<Candidate | null> {
  const smaller = offered.filter((candidate) => candidate.bytes.length < bytes.length)
  for (const candidate of smaller.toSorted((a, b) => a.bytes.length - b.bytes.length)) {
    if (await holds(bytes, facts, candidate)) return candidate
  }
  return null
}

/** A candidate that cannot even be read is one that does not hold; the source is known to be readable by now. */
async function holds(source: Uint8Array, facts: Work['facts'], candidate: Candidate): Promise<boolean> {
  try {
    return (await checkCandidate(source, facts, candidate)) === null
  } catch (error) {
    if (isUnreadable(error)) return false
    throw error
  }
}

async function verify(source: Uint8Array, result: Uint8Array): Promise<Answer> {
  try {
    const why = await checkForeign(source, result)
    return why === null ? { kind: 'verified', ok: true } : { kind: 'verified', ok: false, why }
  } catch (error) {
    if (!isUnreadable(error)) throw error
    return { kind: 'verified', ok: false, why: `it does not decode: ${error.message}` }
  }
}

/** Whether a file's content is to blame. */
function isUnreadable(error: unknown): error is Error {
  return error instanceof UnreadableError || error instanceof BrokenImageError || error instanceof BrokenGifError
}
