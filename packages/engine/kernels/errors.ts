// Error maps of SSIMULACRA 2.1, in AssemblyScript: see ssimulacra2.ts.
import { within } from './lanes'

/** Keeps the structure map defined in flat areas. */
const C2: f32 = 0.0009

/** 1 minus a structural similarity whose luminance term is 1 − (difference of means)², as the authors changed it. */
export function addStructure(
  mean1: usize, square1: usize, mean2: usize, square2: usize, product: usize, width: i32, sums: usize,
): void {
  const one = f32x4.splat(1), none = f32x4.splat(0), c2 = f32x4.splat(C2)
  // A row's sums fit 32 bits; those of all rows do not.
  let sum = none, fourth = none
  for (let x = 0; x < width; x += 4) {
    const at = <usize>x << 2
    const m1 = v128.load(mean1 + at), m2 = v128.load(mean2 + at)
    const apart = f32x4.sub(m1, m2)
    const luminance = f32x4.sub(one, f32x4.mul(apart, apart))
    const covariance = f32x4.sub(v128.load(product + at), f32x4.mul(m1, m2))
    const variance1 = f32x4.sub(v128.load(square1 + at), f32x4.mul(m1, m1))
    const variance2 = f32x4.sub(v128.load(square2 + at), f32x4.mul(m2, m2))
    const above = f32x4.mul(luminance, f32x4.add(f32x4.add(covariance, covariance), c2))
    const below = f32x4.add(f32x4.add(variance1, variance2), c2)
    const error = v128.and(f32x4.max(f32x4.sub(one, f32x4.div(above, below)), none), within(width - x))
    sum = f32x4.add(sum, error)
    fourth = f32x4.add(fourth, fourthPower(error))
  }
  addTo(sums, sum, fourth)
}

/** How much more (ringing) or less (blur) a pixel differs from its surroundings than it does in the source. */
export function addEdges(source: usize, mean1: usize, plane: usize, mean2: usize, width: i32, sums: usize): void {
  const one = f32x4.splat(1), none = f32x4.splat(0)
  let ringing = none, ringing4 = none, blur = none, blur4 = none
  for (let x = 0; x < width; x += 4) {
    const at = <usize>x << 2
    const here = f32x4.abs(f32x4.sub(v128.load(plane + at), v128.load(mean2 + at)))
    const there = f32x4.abs(f32x4.sub(v128.load(source + at), v128.load(mean1 + at)))
    const change = v128.and(f32x4.div(f32x4.sub(here, there), f32x4.add(one, there)), within(width - x))
    const more = f32x4.max(change, none), less = f32x4.max(f32x4.neg(change), none)
    ringing = f32x4.add(ringing, more)
    ringing4 = f32x4.add(ringing4, fourthPower(more))
    blur = f32x4.add(blur, less)
    blur4 = f32x4.add(blur4, fourthPower(less))
  }
  addTo(sums, ringing, ringing4)
  addTo(sums + 16, blur, blur4)
}

@inline
function fourthPower(value: v128): v128 {
  const square = f32x4.mul(value, value)
  return f32x4.mul(square, square)
}

/** Adds the lanes of two vectors to two doubles. */
@inline
function addTo(sums: usize, first: v128, second: v128): void {
  store<f64>(sums, load<f64>(sums) + total(first))
  store<f64>(sums, load<f64>(sums, 8) + total(second), 8)
}

@inline
function total(v: v128): f64 {
  return <f64>f32x4.extract_lane(v, 0) + <f64>f32x4.extract_lane(v, 1) + (<f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3))
}
