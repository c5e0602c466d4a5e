// Bytes to light, to half the size, to XYB, in AssemblyScript: see ssimulacra2.ts.
import { within } from './lanes'

const BIAS: f32 = 0.0037930732552754493
const BIAS_ROOT: f32 = 0.1559542025327239

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

@inline
function mixed(r: v128, g: v128, b: v128, ofRed: f32, ofGreen: f32, ofBlue: f32): v128 {
  const warm = f32x4.add(f32x4.mul(r, f32x4.splat(ofRed)), f32x4.mul(g, f32x4.splat(ofGreen)))
  return f32x4.add(f32x4.add(warm, f32x4.mul(b, f32x4.splat(ofBlue))), f32x4.splat(BIAS))
}

/** Exact to the last bit or two, for values of BIAS to 1: a third of the exponent, then twice Halley's step. */
@inline
function cubeRoot(value: v128): v128 {
  const third = f32x4.mul(f32x4.convert_i32x4_s(value), f32x4.splat(1.0 / 3.0))
  const guess = i32x4.add(i32x4.trunc_sat_f32x4_s(third), i32x4.splat(0x2a5119f2))
  return halley(halley(guess, value), value)
}

@inline
function halley(root: v128, value: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(root, root), root)
  const twice = f32x4.add(value, value)
  return f32x4.mul(root, f32x4.div(f32x4.add(cube, twice), f32x4.add(f32x4.add(cube, cube), value)))
}
