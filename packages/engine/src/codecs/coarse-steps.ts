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
  const row = width * channels
  // Errors to add on this row and the next, with a pixel of room on either side.
  let here = new Float32Array(row + 2 * channels)
  let below = new Float32Array(row + 2 * channels)
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const at = y * row + x * channels
      const hidden = channels === 4 && data[at + 3] === 0
      for (let c = 0; c < 3; c++) {
        const left = x > 0 ? (out[at + c - channels] as number) : 0
        const above = y > 0 ? (out[at + c - row] as number) : 0
        const mean = (left + above) >> 1
        if (hidden || flat[pixel] === 1) {
          out[at + c] = hidden ? mean : (data[at + c] as number)
          continue
        }
        const slot = (x + 1) * channels + c
        const wanted = (data[at + c] as number) + (here[slot] as number)
        const rounded = withinByte(mean + Math.round((wanted - mean) / step) * step, step)
        out[at + c] = rounded
        const error = (wanted - rounded) * DIFFUSED
        here[slot + channels] = (here[slot + channels] as number) + error * SHARES[0]
        below[slot - channels] = (below[slot - channels] as number) + error * SHARES[1]
        below[slot] = (below[slot] as number) + error * SHARES[2]
        below[slot + channels] = (below[slot + channels] as number) + error * SHARES[3]
      }
      if (channels === 4) out[at + 3] = data[at + 3] as number
    }
    const done = here
    here = below
    below = done.fill(0)
  }
  return { ...image, data: out }
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
