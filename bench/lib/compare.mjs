import { prepareReference, score } from '../../packages/engine/dist/metric/ssimulacra2.js'
import { look } from './pixels.mjs'

/**
 * @typedef {object} Comparison
 * @property {'unreadable source' | 'compared' | 'unreadable' | 'other size' | 'frames lost'} finding
 * @property {number | null} score Lowest SSIMULACRA2 over the compared pictures.
 */

/**
 * Compares results with their source, as shown.
 * @param {Uint8Array} source
 * @param {Uint8Array[]} results
 * @param {number} [mostPixels] Of a picture, that are compared.
 * @returns {Promise<Comparison[]>}
 */
export async function compareAll(source, results, mostPixels) {
  const original = await look(source, mostPixels).catch(() => undefined)
  if (!original) return results.map(() => ({ finding: 'unreadable source', score: null }))
  const looks = await Promise.all(results.map((bytes) => look(bytes, mostPixels).catch(() => undefined)))
  const findings = looks.map((result) => findingOf(original, result))
  const scores = new Array(results.length).fill(100)
  for (const [moment, picture] of original.pictures.entries()) {
    /** @type {import('../../packages/engine/dist/metric/ssimulacra2.js').Reference | undefined} */
    let reference
    for (const [index, result] of looks.entries()) {
      const other = result?.pictures[moment]
      if (findings[index] !== 'compared' || !other || sameBytes(picture.data, other.data)) continue
      reference ??= prepareReference(picture, 'full')
      scores[index] = Math.min(scores[index], score(reference, other))
    }
  }
  return findings.map((finding, index) => ({ finding, score: finding === 'compared' ? scores[index] : null }))
}

/**
 * @param {import('./pixels.mjs').Look} original
 * @param {import('./pixels.mjs').Look | undefined} result
 * @returns {Comparison['finding']}
 */
function findingOf(original, result) {
  if (!result) return 'unreadable'
  if (result.width !== original.width || result.height !== original.height) return 'other size'
  // Equal neighbours may be shown as one frame for longer, which nobody can tell.
  const isShorter = Math.abs(result.durationMs - original.durationMs) > 20
  return result.frames < original.frames && (isShorter || result.frames === 1) ? 'frames lost' : 'compared'
}

/** @param {Uint8Array} a @param {Uint8Array} b */
function sameBytes(a, b) {
  return Buffer.compare(a, b) === 0
}
