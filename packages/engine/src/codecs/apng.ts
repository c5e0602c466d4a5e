import { parseApng, shrinkApng, writeApng } from '../apng/index.js'
import { BrokenImageError } from '../inspect/index.js'
import { readPngChunks } from '../inspect/png-chunks.js'
import { replacedChunks, writePngChunks } from '../metadata/png.js'
import type { KeptReason } from '../types.js'
import { type Candidate, exact, UnreadableError, type Work } from './codec.js'

/** The same frames told another way must save this much, as it does for stills. */
const LOSSLESS_SHARE = 0.995

/** Chunks that are written anew whatever the metadata policy says. */
const structure = new Set(['IHDR', 'PLTE', 'tRNS', 'acTL', 'fcTL', 'IDAT', 'fdAT', 'IEND'])

/** Animated PNG: every pixel, delay and play stays; only how frames are told changes. */
export async function encodeApng({ bytes, facts, settings }: Work): Promise<readonly Candidate[] | KeptReason> {
  try {
    const source = parseApng(bytes)
    if (source === null) return 'unsupported-variant'
    const [repacked, ...retold] = await shrinkApng(source, facts, settings.effort)
    // A background colour and its like belong to a colour type: with all of them kept, that stays too.
    const everything = settings.metadata === 'all'
    const extras = everything ? extrasOf(bytes) : []
    const found = everything ? [repacked] : [repacked, ...retold]
    const files = found.flatMap((apng) => (apng ? [writeApng(apng, extras)] : []))
    return files
      .map((file) => exact(writePngChunks(file, bytes, settings.metadata)))
      .filter((candidate) => candidate.bytes.length <= bytes.length * LOSSLESS_SHARE)
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
