import type { Pixels } from './pixels.js'

/** Most colours that count as a palette. */
const PALETTE = 256

/** Share of busy pixels on the grid from which a picture counts as filtered before: 0.96 and up in results, 0.1 in photos. */
const FILTERED_SHARE = 0.85

/**
 * Rounds the colour of every busy pixel to a multiple of 2^k, so that fewer different values have to be stored. A
 * pixel is busy when one of its four neighbours differs from it by at least 2^k in some channel; smooth areas, where
 * rounding would show as bands, alpha, and the picture's outermost pixels stay exact.
 */
export function nearLossless(image: Pixels, k: number): Pixels {
  const data = Uint8Array.from(image.data)
  forEachBusy(image, k, (at) => {
    for (let c = 0; c < 3; c += 1) data[at + c] = toGrid(image.data[at + c] ?? 0, k)
  })
  return { ...image, data }
}

/**
 * Whether a picture has already been reduced this way or to a palette. Doing it again would lose a little more each
 * time and gain next to nothing.
 */
export function isReduced(image: Pixels, k: number): boolean {
  if (countColours(image) !== null) return true
  let busy = 0
  let onGrid = 0
  forEachBusy(image, k, (at) => {
    busy += 1
    if ([0, 1, 2].every((c) => image.data[at + c] === toGrid(image.data[at + c] ?? 0, k))) onGrid += 1
  })
  return busy > 0 && onGrid / busy >= FILTERED_SHARE
}

function toGrid(value: number, k: number): number {
  const half = 1 << (k - 1)
  return Math.min(255, ((value + half) >> k) << k)
}

function forEachBusy({ data, width, height, channels }: Pixels, k: number, visit: (at: number) => void): void {
  const step = 1 << k
  const row = width * channels
  const differs = (a: number, b: number) =>
    Math.abs((data[a] ?? 0) - (data[b] ?? 0)) >= step ||
    Math.abs((data[a + 1] ?? 0) - (data[b + 1] ?? 0)) >= step ||
    Math.abs((data[a + 2] ?? 0) - (data[b + 2] ?? 0)) >= step
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * row + x * channels
      if (differs(at, at - channels) || differs(at, at + channels) || differs(at, at - row) || differs(at, at + row)) {
        visit(at)
      }
    }
  }
}

/** How many colours a picture has, alpha included, or `null` when no palette holds them. */
export function countColours({ data, channels }: Pixels): number | null {
  const seen = new Set<number>()
  let last = -1
  for (let at = 0; at < data.length; at += channels) {
    const rgb = ((data[at] as number) << 16) | ((data[at + 1] as number) << 8) | (data[at + 2] as number)
    const colour = rgb * 256 + (channels === 4 ? (data[at + 3] as number) : 255)
    if (colour === last) continue
    last = colour
    seen.add(colour)
    if (seen.size > PALETTE) return null
  }
  return seen.size
}

/** How many colours a picture has, alpha left out; past `most` they are not counted further. */
export function countRgb({ data, channels }: Pixels, most: number): number {
  const seen = new Uint8Array(2 ** 21)
  let count = 0
  for (let at = 0; at < data.length && count <= most; at += channels) {
    const rgb = ((data[at] as number) << 16) | ((data[at + 1] as number) << 8) | (data[at + 2] as number)
    const bit = 1 << (rgb & 7)
    const place = rgb >> 3
    if (((seen[place] as number) & bit) !== 0) continue
    seen[place] = (seen[place] as number) | bit
    count += 1
  }
  return count
}

/** Bits to round away for a target: two scored above 92 on every picture tried, three above 89. */
export function bitsFor(target: number): number {
  return target >= 90 ? 2 : 3
}
