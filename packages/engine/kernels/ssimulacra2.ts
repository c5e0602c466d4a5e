// Inner loops of SSIMULACRA 2.1, in AssemblyScript (a TypeScript that becomes WebAssembly), four pixels at a time.
// Error maps and colour constants: Copyright (c) Jon Sneyers, Cloudinary; the JPEG XL Project Authors. BSD 3-clause, see
// THIRD-PARTY-NOTICES.md. `src/metric` says where everything lies in memory and calls these with pixels as counts and
// places as byte addresses. `npm run kernels` compiles this file.
//
// A plane has one 32-bit float a pixel. Its rows begin at multiples of 16 bytes, `stride` bytes apart; what fills the
// last 16 bytes of a row is 0.

const BIAS: f32 = 0.0037930732552754493
const BIAS_ROOT: f32 = 0.1559542025327239

/** Keeps the structure map defined in flat areas. */
const C2: f32 = 0.0009

/** Rows from one that is blurred to the last that enters its sum, below, and to the last that left it, above. */
const BELOW: i32 = 4
const ABOVE: i32 = 6

/** Rows of the ring that holds what is between them; a power of two. */
const RING: i32 = 16

/** Doubles that the recursion down a column remembers: the last two outputs of three resonators. */
const STATE: usize = 6

/**
 * Three or four bytes a pixel to linear light. `table` holds a float for each of the 256 bytes, `blended` one for each
 * 16th of a byte: transparent pixels are laid over a grey of `background` bytes before they are linearised.
 */
export function linearise(
  pixels: usize, channels: usize, width: i32, height: i32, background: f64,
  table: usize, blended: usize, red: usize, green: usize, blue: usize, stride: usize,
): void {
  for (let y = 0; y < height; y++) {
    const row = <usize>y * stride
    for (let x: usize = 0; x < <usize>width; x++, pixels += channels) {
      const at = row + (x << 2)
      const alpha: i32 = channels === 4 ? <i32>load<u8>(pixels, 3) : 255
      if (alpha === 255) {
        store<f32>(red + at, load<f32>(table + (<usize>load<u8>(pixels) << 2)))
        store<f32>(green + at, load<f32>(table + (<usize>load<u8>(pixels, 1) << 2)))
        store<f32>(blue + at, load<f32>(table + (<usize>load<u8>(pixels, 2) << 2)))
      } else {
        const share = <f64>(alpha * 16) / 255.0
        // Half a step up for rounding.
        const rest = (16.0 - share) * background + 0.5
        store<f32>(red + at, load<f32>(blended + (<usize>(<f64>load<u8>(pixels) * share + rest) << 2)))
        store<f32>(green + at, load<f32>(blended + (<usize>(<f64>load<u8>(pixels, 1) * share + rest) << 2)))
        store<f32>(blue + at, load<f32>(blended + (<usize>(<f64>load<u8>(pixels, 2) * share + rest) << 2)))
      }
    }
  }
}

/** Half as large, each pixel the mean of four; an odd last column or row counts twice. `out` may be `from`. */
export function halve(from: usize, width: i32, height: i32, stride: usize, out: usize, outStride: usize): void {
  const quarter = f32x4.splat(0.25)
  const outWidth = (width + 1) >> 1
  const outHeight = (height + 1) >> 1
  for (let y = 0; y < outHeight; y++) {
    const upper = from + <usize>(2 * y) * stride
    const lower = from + <usize>min(2 * y + 1, height - 1) * stride
    const row = out + <usize>y * outStride
    let x = 0
    for (; 2 * x + 8 <= width; x += 4) {
      const at = <usize>x << 3
      const left = f32x4.add(v128.load(upper + at), v128.load(lower + at))
      const right = f32x4.add(v128.load(upper + at, 16), v128.load(lower + at, 16))
      const even = v128.shuffle<f32>(left, right, 0, 2, 4, 6)
      const odd = v128.shuffle<f32>(left, right, 1, 3, 5, 7)
      v128.store(row + (<usize>x << 2), f32x4.mul(f32x4.add(even, odd), quarter))
    }
    for (; x < outWidth; x++) {
      const left = <usize>(2 * x) << 2
      const right = <usize>min(2 * x + 1, width - 1) << 2
      const sum = load<f32>(upper + left) + load<f32>(lower + left) + (load<f32>(upper + right) + load<f32>(lower + right))
      store<f32>(row + (<usize>x << 2), sum * 0.25)
    }
  }
}

/** One XYB channel (0 X, 1 Y, 2 B−Y), each scaled to about 0 to 1. */
export function xyb(
  red: usize, green: usize, blue: usize, width: i32, height: i32, stride: usize, channel: i32, out: usize,
): void {
  for (let y = 0; y < height; y++) {
    const row = <usize>y * stride
    for (let x = 0; x < width; x += 4) {
      const at = row + (<usize>x << 2)
      const value = xybOf(v128.load(red + at), v128.load(green + at), v128.load(blue + at), channel)
      v128.store(out + at, v128.and(value, within(width - x)))
    }
  }
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function xybOf(r: v128, g: v128, b: v128, channel: i32): v128 {
  const long = cubeRoot(mixed(r, g, b, 0.3, 0.622, 0.078))
  const middle = cubeRoot(mixed(r, g, b, 0.23, 0.692, 0.078))
  if (channel === 0) {
    return f32x4.add(f32x4.mul(f32x4.sub(long, middle), f32x4.splat(7)), f32x4.splat(0.42))
  }
  const luma = f32x4.sub(f32x4.mul(f32x4.add(long, middle), f32x4.splat(0.5)), f32x4.splat(BIAS_ROOT))
  if (channel === 1) return f32x4.add(luma, f32x4.splat(0.01))
  const short = cubeRoot(mixed(r, g, b, 0.24342268924547819, 0.20476744424496821, 0.5518098665095535))
  return f32x4.add(f32x4.sub(f32x4.sub(short, f32x4.splat(BIAS_ROOT)), luma), f32x4.splat(0.55))
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function mixed(r: v128, g: v128, b: v128, ofRed: f32, ofGreen: f32, ofBlue: f32): v128 {
  const warm = f32x4.add(f32x4.mul(r, f32x4.splat(ofRed)), f32x4.mul(g, f32x4.splat(ofGreen)))
  return f32x4.add(f32x4.add(warm, f32x4.mul(b, f32x4.splat(ofBlue))), f32x4.splat(BIAS))
}

/** Exact to the last bit or two, for values of BIAS to 1: a third of the exponent, then twice Halley's step. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function cubeRoot(value: v128): v128 {
  const third = f32x4.mul(f32x4.convert_i32x4_s(value), f32x4.splat(1.0 / 3.0))
  const guess = i32x4.add(i32x4.trunc_sat_f32x4_s(third), i32x4.splat(0x2a5119f2))
  return halley(halley(guess, value), value)
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function halley(root: v128, value: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(root, root), root)
  const twice = f32x4.add(value, value)
  return f32x4.mul(root, f32x4.div(f32x4.add(cube, twice), f32x4.add(f32x4.add(cube, cube), value)))
}

/** All bits of the lanes that are less than `count`. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function within(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3))
}

// The blur is recursive and never forgets its rounding, which shows in flat parts of a picture and is part of what the
// reference program measures. So it is rounded here as there: products and sums at once, to 32 bits, after each step.

// @ts-ignore: a decorator of AssemblyScript
@inline
function rounded(value: v128): v128 {
  return f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(value))
}

/** `a` × `b` + `c` with one rounding. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function fused(a: v128, b: v128, c: v128): v128 {
  return rounded(f64x2.add(f64x2.mul(a, b), c))
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function fusedOne(a: f64, b: f64, c: f64): f64 {
  return <f64>(<f32>(a * b + c))
}

/** Bytes of a resonator's numbers in `filter`, which `src/metric/filter.ts` lists. */
const RESONATOR: usize = 112

/** Bytes of `filter` before the window, whose values are 32-bit floats from the middle outward. */
const WINDOW: usize = 3 * RESONATOR + 96

/** Blurs a row, four pixels a step. */
function across(from: usize, out: usize, width: i32, filter: usize): void {
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

// @ts-ignore: a decorator of AssemblyScript
@inline
function valueAt(row: usize, x: i32, width: i32): f32 {
  return x >= 0 && x < width ? load<f32>(row + (<usize>x << 2)) : 0
}

/** Four 32-bit floats of two pairs of 64 bits. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function joined(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5)
}

/** A resonator's output after its last and the one before. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function next(resonator: usize, sum: f64, last: f64, before: f64): f64 {
  const input = <f64>(<f32>(load<f64>(resonator) * sum))
  return fusedOne(load<f64>(resonator, 32), last, fusedOne(load<f64>(resonator, 64), before, input))
}

/** The first two of its next four outputs: each input reaches its own and those after it. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function nextLow(resonator: usize, s0: v128, s1: v128, last: v128, before: v128): v128 {
  let out = rounded(f64x2.mul(s0, v128.load(resonator)))
  out = fused(s1, v128.load(resonator - 8), out)
  out = fused(before, v128.load(resonator, 64), out)
  return fused(last, v128.load(resonator, 32), out)
}

/** And the other two. */
// @ts-ignore: a decorator of AssemblyScript
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
function down(above: usize, below: usize, state: usize, out: usize, stride: usize, filter: usize): void {
  const columns = filter + 3 * RESONATOR
  for (let at: usize = 0; at < stride; at += 16, state += 32 * STATE) {
    const sum = f32x4.add(v128.load(above + at), v128.load(below + at))
    const low = downPair(f64x2.promote_low_f32x4(sum), state, columns)
    const high = downPair(f64x2.promote_low_f32x4(v128.shuffle<f32>(sum, sum, 2, 3, 2, 3)), state + 16 * STATE, columns)
    v128.store(out + at, v128.shuffle<f32>(low, high, 0, 1, 4, 5))
  }
}

// @ts-ignore: a decorator of AssemblyScript
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

// @ts-ignore: a decorator of AssemblyScript
@inline
function step(sum: v128, gain: v128, turn: v128, last: v128, before: v128): v128 {
  return fused(gain, sum, rounded(f64x2.sub(f64x2.neg(f64x2.mul(turn, last)), before)))
}

// Two ways to blur: recursively, rounded as above, or by the window that the recursion is the fast form of, at a third of
// the cost. The small scales, of which the mean error counts, need the first; the large ones count by their worst pixels.

/** Bytes of zeros on either side of a row that the window goes over. */
const MARGIN: usize = 16

/** Blurs a row by the window, which `window` holds from its middle outward. */
function acrossByWindow(from: usize, out: usize, stride: usize, window: usize): void {
  const w0 = splat(window, 0), w1 = splat(window, 1), w2 = splat(window, 2), w3 = splat(window, 3), w4 = splat(window, 4)
  for (let at: usize = 0; at < stride; at += 16) {
    const here = from + at - MARGIN
    let sum = f32x4.mul(w0, v128.load(here, 16))
    sum = f32x4.add(sum, f32x4.mul(w1, f32x4.add(v128.load(here, 12), v128.load(here, 20))))
    sum = f32x4.add(sum, f32x4.mul(w2, f32x4.add(v128.load(here, 8), v128.load(here, 24))))
    sum = f32x4.add(sum, f32x4.mul(w3, f32x4.add(v128.load(here, 4), v128.load(here, 28))))
    sum = f32x4.add(sum, f32x4.mul(w4, f32x4.add(v128.load(here), v128.load(here, 32))))
    v128.store(out + at, sum)
  }
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function splat(window: usize, index: usize): v128 {
  return v128.load32_splat(window + (index << 2))
}

function downByWindow(scratch: usize, y: i32, height: i32, stride: usize, out: usize, window: usize): void {
  const w0 = splat(window, 0), w1 = splat(window, 1), w2 = splat(window, 2), w3 = splat(window, 3), w4 = splat(window, 4)
  const r0 = ringRow(scratch, y, height, stride)
  const r1 = ringRow(scratch, y - 1, height, stride), s1 = ringRow(scratch, y + 1, height, stride)
  const r2 = ringRow(scratch, y - 2, height, stride), s2 = ringRow(scratch, y + 2, height, stride)
  const r3 = ringRow(scratch, y - 3, height, stride), s3 = ringRow(scratch, y + 3, height, stride)
  const r4 = ringRow(scratch, y - 4, height, stride), s4 = ringRow(scratch, y + 4, height, stride)
  for (let at: usize = 0; at < stride; at += 16) {
    let sum = f32x4.mul(w0, v128.load(r0 + at))
    sum = f32x4.add(sum, f32x4.mul(w1, f32x4.add(v128.load(r1 + at), v128.load(s1 + at))))
    sum = f32x4.add(sum, f32x4.mul(w2, f32x4.add(v128.load(r2 + at), v128.load(s2 + at))))
    sum = f32x4.add(sum, f32x4.mul(w3, f32x4.add(v128.load(r3 + at), v128.load(s3 + at))))
    sum = f32x4.add(sum, f32x4.mul(w4, f32x4.add(v128.load(r4 + at), v128.load(s4 + at))))
    v128.store(out + at, sum)
  }
}

/** Bytes of `scratch` for a blur that goes on row by row: a ring of rows, a row of zeros, and the columns' memory. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function blurSize(stride: usize): usize {
  return (<usize>RING + 1 + 2 * STATE) * stride
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function ringRow(scratch: usize, y: i32, height: i32, stride: usize): usize {
  return scratch + (y < 0 || y >= height ? <usize>RING : <usize>(y & (RING - 1))) * stride
}

/** Blurs row `ahead` of a plane, or of a row of products, sideways into the ring. `row` stands between zeros. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function enter(
  scratch: usize, row: usize, ahead: i32, width: i32, height: i32, stride: usize, filter: usize, isExact: bool,
): void {
  const out = ringRow(scratch, ahead, height, stride)
  if (isExact) across(row, out, width, filter)
  else acrossByWindow(row, out, stride, filter + WINDOW)
}

/** Blurs down into `out` what has been entered, up to row `y` + BELOW. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function leave(
  scratch: usize, y: i32, height: i32, stride: usize, out: usize, filter: usize, isExact: bool,
): void {
  if (!isExact) {
    if (y >= 0) downByWindow(scratch, y, height, stride, out, filter + WINDOW)
    return
  }
  const above = ringRow(scratch, y - ABOVE, height, stride), below = ringRow(scratch, y + BELOW, height, stride)
  down(above, below, scratch + <usize>(RING + 1) * stride, out, stride, filter)
}

/** Multiplies two rows. */
function multiply(a: usize, b: usize, out: usize, stride: usize): void {
  for (let at: usize = 0; at < stride; at += 16) v128.store(out + at, f32x4.mul(v128.load(a + at), v128.load(b + at)))
}

/** Rows that `prepare` and `compare` take as `scratch`, with room for margins. */
export function scratchRows(): usize {
  return 3 * (<usize>RING + 1 + 2 * STATE) + 6
}

/**
 * Blurs a plane into `mean` and its squares into `meanSquare`. `filter` holds what `src/metric/filter.ts` lists; `isExact`
 * says in which of the two ways it is done.
 */
export function prepare(
  plane: usize, width: i32, height: i32, stride: usize,
  filter: usize, isExact: bool, scratch: usize, mean: usize, meanSquare: usize,
): void {
  const squares = scratch + blurSize(stride), row = squares + blurSize(stride) + MARGIN
  memory.fill(scratch, 0, 2 * blurSize(stride) + stride + 2 * MARGIN)
  for (let y = -BELOW; y < height; y++) {
    const ahead = y + BELOW
    if (ahead < height) {
      const from = plane + <usize>ahead * stride
      memory.copy(row, from, stride)
      enter(scratch, row, ahead, width, height, stride, filter, isExact)
      multiply(from, from, row, stride)
      enter(squares, row, ahead, width, height, stride, filter, isExact)
    }
    // Rows above the picture only set the recursion going.
    const at = <usize>max(y, 0) * stride
    leave(scratch, y, height, stride, mean + at, filter, isExact)
    leave(squares, y, height, stride, meanSquare + at, filter, isExact)
  }
}

/**
 * Sums the errors of a plane against its source and their fourth powers: structure, ringing, blur, as six doubles at
 * `sums`.
 */
export function compare(
  source: usize, sourceMean: usize, sourceSquare: usize, plane: usize, width: i32, height: i32, stride: usize,
  filter: usize, isExact: bool, scratch: usize, sums: usize,
): void {
  const squares = scratch + blurSize(stride), products = squares + blurSize(stride)
  const mean = products + blurSize(stride), square = mean + stride, product = square + stride
  const row = product + stride + MARGIN
  memory.fill(scratch, 0, 3 * blurSize(stride) + 4 * stride + 2 * MARGIN)
  memory.fill(sums, 0, 48)
  for (let y = -BELOW; y < height; y++) {
    const ahead = y + BELOW
    if (ahead < height) {
      const at = <usize>ahead * stride
      memory.copy(row, plane + at, stride)
      enter(scratch, row, ahead, width, height, stride, filter, isExact)
      multiply(plane + at, plane + at, row, stride)
      enter(squares, row, ahead, width, height, stride, filter, isExact)
      multiply(plane + at, source + at, row, stride)
      enter(products, row, ahead, width, height, stride, filter, isExact)
    }
    leave(scratch, y, height, stride, mean, filter, isExact)
    leave(squares, y, height, stride, square, filter, isExact)
    leave(products, y, height, stride, product, filter, isExact)
    if (y < 0) continue
    const at = <usize>y * stride
    addStructure(sourceMean + at, sourceSquare + at, mean, square, product, width, sums)
    addEdges(source + at, sourceMean + at, plane + at, mean, width, sums + 16)
  }
}

/** 1 minus a structural similarity whose luminance term is 1 − (difference of means)², as the authors changed it. */
function addStructure(
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
function addEdges(source: usize, mean1: usize, plane: usize, mean2: usize, width: i32, sums: usize): void {
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

// @ts-ignore: a decorator of AssemblyScript
@inline
function fourthPower(value: v128): v128 {
  const square = f32x4.mul(value, value)
  return f32x4.mul(square, square)
}

/** Adds the lanes of two vectors to two doubles. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function addTo(sums: usize, first: v128, second: v128): void {
  store<f64>(sums, load<f64>(sums) + total(first))
  store<f64>(sums, load<f64>(sums, 8) + total(second), 8)
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function total(v: v128): f64 {
  return <f64>f32x4.extract_lane(v, 0) + <f64>f32x4.extract_lane(v, 1) + (<f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3))
}
