import { gridRandom } from './random.mjs'

/**
 * Smooth random field in [0, 1] with features about one unit wide.
 *
 * @param {number} x
 * @param {number} y
 * @param {number} seed
 */
export function noise(x, y, seed) {
  const left = Math.floor(x)
  const top = Math.floor(y)
  const across = ease(x - left)
  const down = ease(y - top)
  const upper = mix(gridRandom(left, top, seed), gridRandom(left + 1, top, seed), across)
  const lower = mix(gridRandom(left, top + 1, seed), gridRandom(left + 1, top + 1, seed), across)
  return mix(upper, lower, down)
}

/**
 * Octaves of noise, each twice as fine and half as strong: clouds, rock, grass. In [0, 1].
 *
 * @param {number} x
 * @param {number} y
 * @param {number} seed
 * @param {number} octaves
 */
export function cloud(x, y, seed, octaves) {
  let sum = 0
  let strength = 0.5
  for (let octave = 0; octave < octaves; octave++) {
    sum += strength * noise(x, y, seed + octave)
    x = x * 2 + 17.3
    y = y * 2 + 9.1
    strength /= 2
  }
  return sum / (1 - 2 * strength)
}

/**
 * Like `cloud` with creases where it peaks: mountain skylines. In [0, 1].
 *
 * @param {number} x
 * @param {number} y
 * @param {number} seed
 * @param {number} octaves
 */
export function ridge(x, y, seed, octaves) {
  let sum = 0
  let strength = 0.5
  for (let octave = 0; octave < octaves; octave++) {
    sum += strength * (1 - Math.abs(2 * noise(x, y, seed + octave) - 1))
    x = x * 2.03 + 5.7
    y = y * 2.03 + 3.3
    strength *= 0.48
  }
  return sum
}

/** @param {number} from @param {number} to @param {number} amount */
export function mix(from, to, amount) {
  return from + (to - from) * amount
}

/** 0 below `low`, 1 above `high`, smooth between. @param {number} low @param {number} high @param {number} value */
export function smoothstep(low, high, value) {
  return ease(Math.min(1, Math.max(0, (value - low) / (high - low))))
}

/** @param {number} amount */
function ease(amount) {
  return amount * amount * (3 - 2 * amount)
}
