import { constants, deflateRawSync } from 'node:zlib'
import type { Effort } from '../types.js'
import { type DeflateEffort, deflateOptimal } from './deflate/index.js'
import { method } from './zip-records.js'

/** How an entry's content can be written. */
export interface Packed {
  readonly method: number
  readonly data: Uint8Array
}

/**
 * Over office files level 9 with most memory is zlib's best most often; with short matches left out (`Z_FILTERED`) it
 * packs one part in twenty better.
 */
const STRATEGIES = [constants.Z_DEFAULT_STRATEGY, constants.Z_FILTERED]

/** Ours takes another 3 to 10 % off text, at about 0.4 CPU seconds for each megabyte. */
const OPTIMAL: Record<Effort, DeflateEffort | null> = {
  fast: null,
  balanced: { depth: 32, rounds: 2 },
  max: { depth: 100, rounds: 6 },
}

/** Above this size zlib alone has to do, once. */
const LARGE = 16 * 2 ** 20

/** What zlib packs to more than this share is packed already, as pictures and films are. */
const PACKED_SHARE = 0.97

/** The smallest way to write `content`: deflated, or stored when that takes no more. The same bytes every time. */
export function pack(content: Uint8Array, effort: Effort): Packed {
  let best: Packed = { method: method.stored, data: content }
  const consider = (data: Uint8Array): void => {
    if (data.length < best.data.length) best = { method: method.deflated, data }
  }
  const thorough = content.length <= LARGE && effort !== 'fast'
  for (const strategy of thorough ? STRATEGIES : STRATEGIES.slice(0, 1)) {
    consider(deflateRawSync(content, { level: 9, memLevel: 9, strategy }))
  }
  const optimal = OPTIMAL[effort]
  if (thorough && optimal !== null && best.data.length < content.length * PACKED_SHARE) {
    consider(deflateOptimal(content, optimal))
  }
  return best
}
