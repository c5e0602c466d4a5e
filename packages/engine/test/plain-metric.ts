import { RESONATORS } from '../src/metric/filter.js'
import type { RawImage } from '../src/metric/ssimulacra2.js'
import { scoreOf, weightOf } from '../src/metric/weights.js'

// SSIMULACRA 2.1 as its formulas read, in doubles and without a thought for speed: what the compiled kernels are held to.

interface Plane {
  readonly width: number
  readonly height: number
  readonly values: readonly number[]
}

/** The score of two opaque pictures of equal size, no side below 8. */
export function plainScore(source: RawImage, distorted: RawImage): number {
  let [a, b] = [linear(source), linear(distorted)]
  const scales = Math.min(6, 1 + Math.ceil(Math.log2(Math.min(source.width, source.height) / 7)))
  let sum = 0
  for (let scale = 0; scale < scales; scale++) {
    if (scale > 0) [a, b] = [a.map(halved), b.map(halved)]
    const [x, y] = [xyb(a), xyb(b)]
    for (let channel = 0; channel < 3; channel++) {
      const errors = errorMaps(x[channel] as Plane, y[channel] as Plane)
      for (const [map, values] of errors.entries()) {
        const [mean, fourth] = [meanOf(values), meanOf(values.map((value) => value ** 4)) ** 0.25]
        sum += weightOf(scales, channel, scale, 0, map) * mean + weightOf(scales, channel, scale, 1, map) * fourth
      }
    }
  }
  return scoreOf(sum)
}

function linear({ data, width, height, channels }: RawImage): Plane[] {
  return [0, 1, 2].map((channel) => {
    const values = Array.from({ length: width * height }, (_, at) => {
      const value = (data[at * channels + channel] ?? 0) / 255
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    })
    return { width, height, values }
  })
}

function halved(plane: Plane): Plane {
  const [width, height] = [(plane.width + 1) >> 1, (plane.height + 1) >> 1]
  const at = (x: number, y: number) =>
    plane.values[Math.min(y, plane.height - 1) * plane.width + Math.min(x, plane.width - 1)] ?? 0
  const values = Array.from({ length: width * height }, (_, n) => {
    const [x, y] = [2 * (n % width), 2 * Math.floor(n / width)]
    return (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4
  })
  return { width, height, values }
}

function xyb([red, green, blue]: readonly Plane[]): Plane[] {
  const bias = 0.0037930732552754493
  const like = (values: number[]): Plane => ({ width: red?.width ?? 0, height: red?.height ?? 0, values })
  const mix = (r: number, g: number, b: number) =>
    (red?.values ?? []).map((value, at) =>
      Math.cbrt(r * value + g * (green?.values[at] ?? 0) + b * (blue?.values[at] ?? 0) + bias),
    )
  const [long, middle] = [mix(0.3, 0.622, 0.078), mix(0.23, 0.692, 0.078)]
  const short = mix(0.24342268924547819, 0.20476744424496821, 0.5518098665095535)
  const luma = long.map((value, at) => (value + (middle[at] ?? 0)) / 2 - Math.cbrt(bias))
  return [
    like(long.map((value, at) => (value - (middle[at] ?? 0)) * 7 + 0.42)),
    like(luma.map((value) => value + 0.01)),
    like(short.map((value, at) => value - Math.cbrt(bias) - (luma[at] ?? 0) + 0.55)),
  ]
}

/** Structure, ringing and blur. */
function errorMaps(a: Plane, b: Plane): number[][] {
  const product = (p: Plane, q: Plane): Plane => ({
    ...p,
    values: p.values.map((value, at) => value * (q.values[at] ?? 0)),
  })
  const [m1, m2] = [blurred(a), blurred(b)]
  const [s11, s22, s12] = [blurred(product(a, a)), blurred(product(b, b)), blurred(product(a, b))]
  const structure = m1.map((mean, at) => {
    const other = m2[at] ?? 0
    const covariance = 2 * ((s12[at] ?? 0) - mean * other) + 0.0009
    const variance = (s11[at] ?? 0) - mean ** 2 + (s22[at] ?? 0) - other ** 2 + 0.0009
    return Math.max(0, 1 - ((1 - (mean - other) ** 2) * covariance) / variance)
  })
  const change = m1.map((mean, at) => {
    const here = 1 + Math.abs((b.values[at] ?? 0) - (m2[at] ?? 0))
    return here / (1 + Math.abs((a.values[at] ?? 0) - mean)) - 1
  })
  return [structure, change.map((value) => Math.max(0, value)), change.map((value) => Math.max(0, -value))]
}

function blurred({ width, height, values }: Plane): number[] {
  const rows = Array.from({ length: height }, (_, y) => recursive(values.slice(y * width, (y + 1) * width)))
  const columns = Array.from({ length: width }, (_, x) => recursive(rows.map((row) => row[x] ?? 0)))
  return values.map((_, at) => columns[at % width]?.[Math.floor(at / width)] ?? 0)
}

function recursive(values: readonly number[]): number[] {
  const out = values.map(() => 0)
  for (const { gain, turn } of RESONATORS) {
    let [last, before] = [0, 0]
    for (let n = -4; n < values.length; n++) {
      const next = gain * ((values[n - 6] ?? 0) + (values[n + 4] ?? 0)) - turn * last - before
      ;[last, before] = [next, last]
      if (n >= 0) out[n] = (out[n] ?? 0) + next
    }
  }
  return out
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
