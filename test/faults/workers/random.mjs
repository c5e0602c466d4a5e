import { hash } from 'node:crypto'

/**
 * Numbers from 0 up to 1, the same for the same seed (mulberry32).
 * @param {number} seed
 * @returns {() => number}
 */
export function seeded(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * The seed of this run: from the environment's `SEED`, or anew.
 * @returns {number}
 */
export function pickSeed() {
  const given = Number(process.env.SEED)
  return Number.isInteger(given) && given > 0 ? given : Math.floor(Math.random() * 2 ** 31) + 1
}

/**
 * The key of the cache entry with a number.
 * @param {number} index
 * @returns {string}
 */
export function keyAt(index) {
  return hash('sha256', `key ${index}`)
}

/**
 * Bytes that prove by themselves that they belong to the key, and that all of them are there: their length is in the
 * first four, and the rest repeats a digest of key and length.
 * @param {string} key
 * @param {number} length at least 4
 * @returns {Buffer}
 */
export function payloadFor(key, length) {
  const payload = Buffer.alloc(length, hash('sha256', `${key} ${length}`, 'buffer'))
  payload.writeUInt32BE(length, 0)
  return payload
}

/**
 * Whether bytes are a payload of the key, whole and unharmed.
 * @param {string} key
 * @param {Uint8Array} bytes
 * @returns {boolean}
 */
export function isPayloadOf(key, bytes) {
  if (bytes.byteLength < 4) return false
  const payload = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return payload.readUInt32BE(0) === payload.byteLength && payload.equals(payloadFor(key, payload.byteLength))
}
