import { inspect } from '../src/inspect/index.js'
import type { CompressImage } from '../src/office/index.js'
import { work } from '../src/worker/work.js'

/** The image engine as a worker offers it to documents, in this process. */
export const compressImage: CompressImage = async (bytes, format, settings) => {
  const facts = inspect(bytes, format)
  if (facts === null) return null
  const answer = await work({ kind: 'compress', bytes, facts, settings })
  if (answer.kind === 'threw' || answer.kind === 'unavailable') throw new Error(answer.detail)
  return answer.kind === 'gain' ? { bytes: answer.bytes, quality: answer.quality } : null
}
