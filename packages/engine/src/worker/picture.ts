import { type Candidate, type Codec, type CompressibleFormat, UnreadableError, type Work } from '../codecs/codec.js'
import { codecs } from '../codecs/index.js'
import type { Settings } from '../codecs/settings.js'
import { BrokenGifError } from '../gif/index.js'
import { BrokenImageError, inspect } from '../inspect/index.js'
import type { Answer } from '../pool/protocol.js'
import { targetSize } from '../resize/target.js'
import type { KeptReason } from '../types.js'
import { checkCandidate } from './check.js'
import { compressResized } from './resized.js'

/**
 * Makes a picture smaller.
 * @throws {UnreadableError} when the source does not decode.
 */
export async function compressPicture(job: Work): Promise<Answer> {
  const codec = await loadCodec(job.facts.format as CompressibleFormat)
  if ('kind' in codec) return codec
  const { bytes, facts, settings } = job
  const size = targetSize(bytes, facts, settings.resize)
  const keepsSize = size.width === facts.width && size.height === facts.height
  const compress = (work: Work) => compressWith(codec, work, bytes.length)
  const best = await (keepsSize ? compress(job) : compressResized(job, size, compress))
  if (typeof best === 'string') return { kind: 'kept', reason: best }
  return { kind: 'gain', bytes: best.bytes, quality: best.quality }
}

/** The smallest result below a limit that stands for `work`, or why there is none. */
async function compressWith(codec: Codec, work: Work, limit: number): Promise<Candidate | KeptReason> {
  const offered = await codec(work)
  return typeof offered === 'string' ? offered : ((await pick(work, offered, limit)) ?? 'no-gain')
}

/** The codec of a format, or that it cannot be had on this machine, which is no fault of any file. */
async function loadCodec(format: CompressibleFormat): Promise<Codec | Extract<Answer, { kind: 'unavailable' }>> {
  try {
    return await codecs[format]()
  } catch (error) {
    return { kind: 'unavailable', detail: error instanceof Error ? error.message : String(error) }
  }
}

/** The smallest candidate below a limit that stands the check. Equal sizes go to the earlier one. */
async function pick({ bytes, facts }: Work, offered: readonly Candidate[], limit: number): Promise<Candidate | null> {
  const smaller = offered.filter((candidate) => candidate.bytes.length < limit)
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

/** Whether a file's content is to blame. */
export function isUnreadable(error: unknown): error is Error {
  return error instanceof UnreadableError || error instanceof BrokenImageError || error instanceof BrokenGifError
}

/**
 * Makes a picture inside a document smaller; `null` when nothing smaller reaches the quality.
 * @throws when a codec is not installed, which no picture is to blame for.
 */
export async function compressEmbedded(
  bytes: Uint8Array,
  format: 'jpeg' | 'png' | 'gif',
  settings: Settings,
): Promise<{ bytes: Uint8Array; quality: number | null } | null> {
  try {
    const facts = inspect(bytes, format)
    const answer = facts && (await compressPicture({ bytes, facts, settings }))
    if (answer?.kind === 'unavailable') throw new Error(answer.detail)
    return answer?.kind === 'gain' ? { bytes: answer.bytes, quality: answer.quality } : null
  } catch (error) {
    if (isUnreadable(error)) return null
    throw error
  }
}
