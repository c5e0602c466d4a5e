import type { Pixels } from './pixels.js'

/**
 * Makes what a PNG stores cheaper: every channel of a row is told as its difference from the mean of the pixels left and
 * above (the filter that PNG calls Average), and here those differences are rounded to multiples of one step. Steps
 * near 8 halve a photo again that no lossless packer could make smaller.
 */

/** Share of a rounding error that is handed on to pixels not yet rounded; it keeps gradients from turning into bands. */
const DIFFUSED = 0.25

/** Of which (Floyd and Steinberg) to the right, below left, below, below right. */
const SHARES = [7 / 16, 3 / 16, 5 / 16, 1 / 16] as const

/** Share of differences on multiples of a step from which a picture counts as rounded: 0.97 and up in results. */
const ROUNDED_SHARE = 0.85

/** The finest step that is still told from chance. */
export const FINEST_STEP = 3
export const COARSEST_STEP = 48

/** Which pixels are as their four neighbours, to one level of one channel: rounding would show there first. */
export function flatPixels({ data, width, height, channels }: Pixels): Uint8Array {
  const flat = new Uint8Array(width * height)
  const row = width * channels
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const at = y * row + x * channels
      if (
        isNear(data, at, x > 0 ? at - channels : at) &&
        isNear(data, at, x < width - 1 ? at + channels : at) &&
        isNear(data, at, y > 0 ? at - row : at) &&
        isNear(data, at, y < height - 1 ? at + row : at)
      ) {
        flat[pixel] = 1
      }
    }
  }
  return flat
}

function isNear(data: Uint8Array, a: number, b: number): boolean {
  const red = Math.abs((data[a] as number) - (data[b] as number))
  const green = Math.abs((data[a + 1] as number) - (data[b + 1] as number))
  const blue = Math.abs((data[a + 2] as number) - (data[b + 2] as number))
  return red + green + blue <= 1
}

/**
 * The picture with its differences rounded to multiples of `step`. Pixels marked in `flat` and alpha stay exact; what
 * no one sees becomes what costs least.
 */
export function roundSteps(image: Pixels, step: number, flat: Uint8Array): Pixels {
  const { data, width, height, channels } = image
  const out = new Uint8Array(data.length)
  if (channels === 4) for (let at = 3; at < data.length; at += 4) out[at] = data[at] as number
  // What a row inherits from the one above, channel by channel.
  let errors = new Float32Array(3 * width)
  let next = new Float32Array(3 * width)
  for (let y = 0; y < height; y++) {
    for (let c = 0; c < 3; c++) {
      const share = (from: Float32Array) => from.subarray(c * width, (c + 1) * width)
      roundRow({ data, out, width, channels, flat, y, c, step, errors: share(errors), next: share(next) })
    }
    const done = errors
    errors = next
    next = done
  }
  return { ...image, data: out }
}

interface Row {
  readonly data: Uint8Array
  readonly out: Uint8Array
  readonly width: number
  readonly channels: 3 | 4
  readonly flat: Uint8Array
  readonly y: number
  readonly c: number
  readonly step: number
  readonly errors: Float32Array
  /** What the next row inherits; all of it is written. */
  readonly next: Float32Array
}

/** One channel of a row. Every pixel of every try comes through here, so errors to the right are kept in locals. */
function roundRow({ data, out, width, channels, flat, y, c, step, errors, next }: Row): void {
  const [right, belowLeft, below, belowRight] = SHARES
  const row = width * channels
  const perStep = 1 / step
  let [error, before, left] = [0, 0, 0]
  for (let x = 0, at = y * row + c, pixel = y * width; x < width; x++, at += channels, pixel++) {
    const mean = (left + (y > 0 ? (out[at - row] as number) : 0)) >> 1
    let value = mean
    let missed = 0
    if (channels === 3 || data[at - c + 3] !== 0) {
      value = data[at] as number
      if (flat[pixel] !== 1) {
        const wanted = value + (errors[x] as number) + error * right
        value = mean + Math.floor((wanted - mean) * perStep + 0.5) * step
        if (value < 0 || value > 255) value = withinByte(value, step)
        missed = (wanted - value) * DIFFUSED
      }
    }
    out[at] = value
    if (x > 0) next[x - 1] = missed * belowLeft + error * below + before * belowRight
    before = error
    error = missed
    left = value
  }
  next[width - 1] = error * below + before * belowRight
}

function withinByte(value: number, step: number): number {
  if (value > 255) return value - step * Math.ceil((value - 255) / step)
  return value < 0 ? value + step * Math.ceil(-value / step) : value
}

/** Whether a picture was rounded this way before. Doing it again would lose a little more each time. */
export function isRounded(image: Pixels): boolean {
  const histogram = differences(image)
  for (let step = FINEST_STEP; step <= COARSEST_STEP; step++) {
    if (shareOnMultiples(histogram, step) >= ROUNDED_SHARE) return true
  }
  return false
}

/** How often each difference of green from its mean is met, by size, where a picture is neither flat nor hidden. */
function differences({ data, width, height, channels }: Pixels): Uint32Array {
  const histogram = new Uint32Array(256)
  const row = width * channels
  for (let y = 1; y < height; y++) {
    for (let x = 1; x < width; x++) {
      const at = y * row + x * channels
      if (channels === 4 && data[at + 3] === 0) continue
      const mean = ((data[at + 1 - channels] as number) + (data[at + 1 - row] as number)) >> 1
      const size = Math.abs((data[at + 1] as number) - mean)
      histogram[size] = (histogram[size] as number) + 1
    }
  }
  return histogram
}

function shareOnMultiples(histogram: Uint32Array, step: number): number {
  let all = 0
  let on = 0
  // Differences well below a step are those of flat pixels, which were left as they are.
  for (let size = Math.floor(step * 0.75); size < histogram.length; size++) {
    all += histogram[size] as number
    if (size % step === 0) on += histogram[size] as number
  }
  return all === 0 ? 0 : on / all
}
