/** @typedef {[number, number, number]} Rgb red, green and blue, each about 0 to 1 */

/**
 * Reads `#rrggbb`.
 *
 * @param {string} hex
 * @returns {Rgb}
 */
export function rgb(hex) {
  const value = Number.parseInt(hex.slice(1), 16)
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255]
}

/** @param {Rgb} target @param {Rgb} source */
export function set(target, source) {
  target[0] = source[0]
  target[1] = source[1]
  target[2] = source[2]
}

/** Moves `target` towards `source` by `amount` (0 to 1). @param {Rgb} target @param {Rgb} source @param {number} amount */
export function blend(target, source, amount) {
  target[0] += (source[0] - target[0]) * amount
  target[1] += (source[1] - target[1]) * amount
  target[2] += (source[2] - target[2]) * amount
}

/** Multiplies all channels. @param {Rgb} target @param {number} factor */
export function light(target, factor) {
  target[0] *= factor
  target[1] *= factor
  target[2] *= factor
}
