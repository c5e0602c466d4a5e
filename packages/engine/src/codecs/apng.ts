import { type Apng, parseApng, repackFrames, retellApng, writeApng } from '../apng/index.js'
import { BrokenImageError } from '../inspect/index.js'
import { readPngChunks } from '../inspect/png-chunks.js'
import { replacedChunks, writePngChunks } from '../metadata/png.js'
import type { KeptReason } from '../types.js'
import { type Candidate, exact, UnreadableError, type Work } from './codec.js'

/** The same frames told another way must save this much, as it does for stills. */
const LOSSLESS_SHARE = 0.995

/** Chunks that are written anew whatever the metadata policy says. */
const structure = new Set(['IHDR', 'PLTE', 'tRNS', 'acTL', 'fcTL', 'IDAT', 'fdAT', 'IEND'])

/**
 * Animated PNG: every pixel, delay and play stays; only how frames are told changes. Frames told anew are smaller than
 * the source's own packed anew, unless the source's encoder saw something that we do not.
 */
export async function encodeApng({ bytes, facts, settings }: Work): Promise<readonly Candidate[] | KeptReason> {
  const { effort, metadata } = settings
  const finish = (apng: Apng, extras: readonly Uint8Array[] = []): Candidate =>
    exact(writePngChunks(writeApng(apng, extras), bytes, metadata))
  const pays = (candidate: Candidate): boolean => candidate.bytes.length <= bytes.length * LOSSLESS_SHARE
  try {
    const source = parseApng(bytes)
    if (source === null) return 'unsupported-variant'
    // A background colour and its like belong to a colour type: with all of them kept, that stays too.
    const mayRetell = source.layout.bits <= 8 && metadata !== 'all'
    const retold = mayRetell ? await retellApng(source, facts, effort) : null
    const candidate = retold && finish(retold)
    if (candidate && pays(candidate)) return [candidate]
    const repacked = finish(await repackFrames(source, effort), metadata === 'all' ? extrasOf(bytes) : [])
    return [repacked].filter(pays)
  } catch (error) {
    if (error instanceof BrokenImageError) throw new UnreadableError(error.message, { cause: error })
    throw error
  }
}

/** Chunks that are neither structure nor put back as metadata. */
function extrasOf(bytes: Uint8Array): Uint8Array[] {
  const { chunks } = readPngChunks(bytes)
  return chunks.filter(({ type }) => !structure.has(type) && !replacedChunks.has(type)).map(({ raw }) => raw)
}
