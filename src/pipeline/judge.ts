import { BrokenImageError, type Facts, type Format, inspect, sniff, targetSize } from '@compress-fast/engine/inspect'
import type { Scale } from '../types.js'

/**
 * Why a result must not stand in for its source, or `null` when it may. The result itself is read, whatever the
 * engine says about it: same type, complete, same frames, timing, orientation and colour, and the same picture size, or
 * exactly the one that `resize` asks for.
 *
 * Of a document only the type is told here, as even its pages are counted behind all that has to be unpacked. The engine
 * on this machine compares what it made with the source, object by object and part by part, in the process that can be
 * killed; results of other engines go through the same comparison there (`LocalEngine.check`).
 */
export function objection(format: Format, source: Uint8Array, result: Uint8Array, resize?: Scale): string | null {
  if (result.byteLength === 0) return 'it is empty'
  if (sniff(result) !== format) return `it is ${sniff(result) ?? 'of no known type'} and not ${format}`
  try {
    const before = inspect(source, format)
    const after = inspect(result, format)
    if (before === null || after === null) return null
    return difference({ ...before, ...targetSize(source, before, resize) }, after)
  } catch (error) {
    if (error instanceof BrokenImageError) return `it cannot be read: ${error.message}`
    throw error
  }
}

function difference(before: Facts, after: Facts): string | null {
  if (after.width !== before.width || after.height !== before.height) {
    return `it is ${after.width}×${after.height} pixels and not ${before.width}×${before.height}`
  }
  if (after.frames !== before.frames) return `it has ${after.frames} frames and not ${before.frames}`
  if (after.loop !== before.loop) return 'its animation plays another number of times'
  if (!sameNumbers(after.delays, before.delays)) return 'its animation has other timing'
  if (after.orientation !== before.orientation) return 'it is turned another way'
  if (after.colour !== before.colour || misfitsProfile(before, after)) return 'its colours would be read differently'
  if (after.traits.has('gain-map') !== before.traits.has('gain-map')) return 'a gain map came or went'
  return null
}

/** A profile for grey numbers says nothing about red, green and blue ones, and the other way round. */
function misfitsProfile(before: Facts, after: Facts): boolean {
  return before.colour.startsWith('icc:') && (before.model === 'grey') !== (after.model === 'grey')
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}
