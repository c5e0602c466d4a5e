// The recursive blur of a row and of columns, in AssemblyScript: see ssimulacra2.ts.

/** Rows from one that is blurred to the last that enters its sum, below, and to the last that left it, above. */
export const BELOW: i32 = 4
export const ABOVE: i32 = 6

/** Doubles that the recursion down a column remembers: the last two outputs of three resonators. */
export const STATE: usize = 6

// The blur is recursive and never forgets its rounding, which shows in flat parts of a picture and is part of what the
// reference program measures. So it is rounded here as there: products and sums at once, to 32 bits, after each step.

@inline
function rounded(value: v128): v128 {
  return f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(value))
}

/** `a` × `b` + `c` with one rounding. */
@inline
function fused(a: v128, b: v128, c: v128): v128 {
  return rounded(f64x2.add(f64x2.mul(a, b), c))
}

@inline
function fusedOne(a: f64, b: f64, c: f64): f64 {
  return <f64>(<f32>(a * b + c))
}

/** Bytes of a resonator's numbers in `filter`, which `src/metric/filter.ts` lists. */
const RESONATOR: usize = 112

/** Bytes of `filter` before the window, whose values are 32-bit floats from the middle outward. */
export const WINDOW: usize = 3 * RESONATOR + 96

/** Blurs a row, four pixels a step. */
export function across(from: usize, out: usize, width: i32, filter: usize): void {
  // Each begins with two zeros.
  const one = filter + 16, three = one + RESONATOR, five = three + RESONATOR
  let a1: f64 = 0, a3: f64 = 0, a5: f64 = 0, b1: f64 = 0, b3: f64 = 0, b5: f64 = 0
  let x = -BELOW
  const start = min(8, width), end = width - 7
  for (let phase = 0; phase < 2; phase++) {
    const stop = phase === 0 ? start : width
    for (; x < stop; x++) {
      const sum = <f64>(valueAt(from, x - ABOVE, width) + valueAt(from, x + BELOW, width))
      const n1 = next(one, sum, a1, b1), n3 = next(three, sum, a3, b3), n5 = next(five, sum, a5, b5)
      b1 = a1, b3 = a3, b5 = a5
      a1 = n1, a3 = n3, a5 = n5
      if (x >= 0) store<f32>(out + (<usize>x << 2), <f32>n1 + (<f32>n3 + <f32>n5))
    }
    if (phase === 1) return
    let p1 = f64x2.splat(a1), p3 = f64x2.splat(a3), p5 = f64x2.splat(a5)
    let q1 = f64x2.splat(b1), q3 = f64x2.splat(b3), q5 = f64x2.splat(b5)
    for (; x < end; x += 4) {
      const at = from + (<usize>x << 2)
      const sum = f32x4.add(v128.load(at - (<usize>ABOVE << 2)), v128.load(at, <usize>BELOW << 2))
      const low = f64x2.promote_low_f32x4(sum)
      const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(sum, sum, 2, 3, 2, 3))
      const s0 = v128.shuffle<f64>(low, low, 0, 0), s1 = v128.shuffle<f64>(low, low, 1, 1)
      const s2 = v128.shuffle<f64>(high, high, 0, 0), s3 = v128.shuffle<f64>(high, high, 1, 1)
      const l1 = nextLow(one, s0, s1, p1, q1), h1 = nextHigh(one, s0, s1, s2, s3, p1, q1)
      const l3 = nextLow(three, s0, s1, p3, q3), h3 = nextHigh(three, s0, s1, s2, s3, p3, q3)
      const l5 = nextLow(five, s0, s1, p5, q5), h5 = nextHigh(five, s0, s1, s2, s3, p5, q5)
      p1 = v128.shuffle<f64>(h1, h1, 1, 1), q1 = v128.shuffle<f64>(h1, h1, 0, 0)
      p3 = v128.shuffle<f64>(h3, h3, 1, 1), q3 = v128.shuffle<f64>(h3, h3, 0, 0)
      p5 = v128.shuffle<f64>(h5, h5, 1, 1), q5 = v128.shuffle<f64>(h5, h5, 0, 0)
      v128.store(out + (<usize>x << 2), f32x4.add(joined(l1, h1), f32x4.add(joined(l3, h3), joined(l5, h5))))
    }
    a1 = f64x2.extract_lane(p1, 0), a3 = f64x2.extract_lane(p3, 0), a5 = f64x2.extract_lane(p5, 0)
    b1 = f64x2.extract_lane(q1, 0), b3 = f64x2.extract_lane(q3, 0), b5 = f64x2.extract_lane(q5, 0)
  }
}

@inline
function valueAt(row: usize, x: i32, width: i32): f32 {
  return x >= 0 && x < width ? load<f32>(row + (<usize>x << 2)) : 0
}

/** Four 32-bit floats of two pairs of 64 bits. */
@inline
function joined(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5)
}

/** A resonator's output after its last and the one before. */
@inline
function next(resonator: usize, sum: f64, last: f64, before: f64): f64 {
  const input = <f64>(<f32>(load<f64>(resonator) * sum))
  return fusedOne(load<f64>(resonator, 32), last, fusedOne(load<f64>(resonator, 64), before, input))
}

/** The first two of its next four outputs: each input reaches its own and those after it. */
@inline
function nextLow(resonator: usize, s0: v128, s1: v128, last: v128, before: v128): v128 {
  let out = rounded(f64x2.mul(s0, v128.load(resonator)))
  out = fused(s1, v128.load(resonator - 8), out)
  out = fused(before, v128.load(resonator, 64), out)
  return fused(last, v128.load(resonator, 32), out)
}

/** And the other two. */
@inline
function nextHigh(resonator: usize, s0: v128, s1: v128, s2: v128, s3: v128, last: v128, before: v128): v128 {
  let out = rounded(f64x2.mul(s0, v128.load(resonator, 16)))
  out = fused(s1, v128.load(resonator, 8), out)
  out = fused(s2, v128.load(resonator), out)
  out = fused(s3, v128.load(resonator - 8), out)
  out = fused(before, v128.load(resonator, 80), out)
  return fused(last, v128.load(resonator, 48), out)
}

/** Goes one row down every column: `above` left the sum, `below` enters it. `state` is the columns' memory. */
export function down(above: usize, below: usize, state: usize, out: usize, stride: usize, filter: usize): void {
  const columns = filter + 3 * RESONATOR
  for (let at: usize = 0; at < stride; at += 16, state += 32 * STATE) {
    const sum = f32x4.add(v128.load(above + at), v128.load(below + at))
    const low = downPair(f64x2.promote_low_f32x4(sum), state, columns)
    const high = downPair(f64x2.promote_low_f32x4(v128.shuffle<f32>(sum, sum, 2, 3, 2, 3)), state + 16 * STATE, columns)
    v128.store(out + at, v128.shuffle<f32>(low, high, 0, 1, 4, 5))
  }
}

@inline
function downPair(sum: v128, state: usize, columns: usize): v128 {
  const a1 = v128.load(state), a3 = v128.load(state, 16), a5 = v128.load(state, 32)
  const n1 = step(sum, v128.load(columns), v128.load(columns, 48), a1, v128.load(state, 48))
  const n3 = step(sum, v128.load(columns, 16), v128.load(columns, 64), a3, v128.load(state, 64))
  const n5 = step(sum, v128.load(columns, 32), v128.load(columns, 80), a5, v128.load(state, 80))
  v128.store(state, n1)
  v128.store(state, n3, 16)
  v128.store(state, n5, 32)
  v128.store(state, a1, 48)
  v128.store(state, a3, 64)
  v128.store(state, a5, 80)
  const three = f32x4.demote_f64x2_zero(n3), five = f32x4.demote_f64x2_zero(n5)
  return f32x4.add(f32x4.demote_f64x2_zero(n1), f32x4.add(three, five))
}

@inline
function step(sum: v128, gain: v128, turn: v128, last: v128, before: v128): v128 {
  return fused(gain, sum, rounded(f64x2.sub(f64x2.neg(f64x2.mul(turn, last)), before)))
}
