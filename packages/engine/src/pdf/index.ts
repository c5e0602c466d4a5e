import type { Settings } from '../codecs/settings.js'
import { type Claims, readClaims } from './claims.js'
import { comparePdf } from './compare.js'
import type { CompressImage } from './compress-image.js'
import { DamagedPdfError, PdfTooLargeError } from './damaged.js'
import { openDocument } from './document.js'
import { MAX_FILE } from './limits.js'
import { mergeEqual } from './merge.js'
import { type Model, readModel, withoutUnused } from './model.js'
import { type Loss, packStreams } from './pack-streams.js'
import { isEncrypted, type Protection, protectionOf } from './protection.js'
import { prune } from './prune.js'
import { restoreGrown, scalePictures } from './scale-pictures.js'
import { writePdf } from './write.js'

export { comparePdf, type Objection, type Tolerance } from './compare.js'
export type { CompressImage } from './compress-image.js'
export { inspectPdf, type PdfFacts } from './inspect.js'

/** Why a sound PDF is left as it is. */
export type PdfKeptReason = 'no-gain' | 'too-large' | Protection

/** What came of a PDF. */
export type PdfAnswer =
  | { readonly kind: 'gain'; readonly bytes: Uint8Array; readonly quality: number | null }
  | { readonly kind: 'kept'; readonly reason: PdfKeptReason }
  | { readonly kind: 'broken'; readonly detail: string }

/** Less is not worth a changed file, and a second pass may find as much. */
const GAIN_SHARE = 0.995

/**
 * Makes a PDF smaller: its objects packed, what nobody sees dropped, its pictures encoded anew. The result is read
 * back and compared object by object.
 */
export async function compressPdf(
  bytes: Uint8Array,
  settings: Settings,
  compressImage: CompressImage,
): Promise<PdfAnswer> {
  if (bytes.length > MAX_FILE) return { kind: 'kept', reason: 'too-large' }
  try {
    return await compress(bytes, settings, compressImage)
  } catch (error) {
    if (error instanceof DamagedPdfError) return { kind: 'broken', detail: error.message }
    if (error instanceof PdfTooLargeError) return { kind: 'kept', reason: 'too-large' }
    throw error
  }
}

async function compress(bytes: Uint8Array, settings: Settings, compressImage: CompressImage): Promise<PdfAnswer> {
  const document = openDocument(bytes)
  if (isEncrypted(document)) return { kind: 'kept', reason: 'encrypted' }
  const read = readModel(document)
  const protection = protectionOf(read)
  if (protection !== null) return { kind: 'kept', reason: protection }
  const claims = readClaims(read)
  prune(read, settings.metadata, claims)
  const model = withoutUnused(read)
  mergeEqual(model)
  const { quality } = await packPictures(model, settings, claims, compressImage)
  mergeEqual(model)
  const result = await writePdf(withoutUnused(model), claims.classic, settings.effort)
  if (result.length > bytes.length * GAIN_SHARE) return { kind: 'kept', reason: 'no-gain' }
  const objection = await comparePdf(bytes, result, { exact: settings.target === 'lossless', resize: settings.resize })
  if (objection !== null) return { kind: 'kept', reason: 'no-gain' }
  return { kind: 'gain', bytes: result, quality }
}

/** Packs the streams, pictures at the size that they are to have unless that takes more bytes than what they have. */
async function packPictures(
  model: Model,
  { resize, ...settings }: Settings,
  claims: Claims,
  compressImage: CompressImage,
): Promise<Loss> {
  const scaled = await scalePictures(model, resize)
  const loss = await packStreams(model, settings, claims, compressImage)
  const restored = restoreGrown(scaled)
  if (restored.size === 0) return loss
  const { quality } = await packStreams(model, settings, claims, compressImage, restored)
  return { quality: quality === null || loss.quality === null ? null : Math.min(quality, loss.quality) }
}
