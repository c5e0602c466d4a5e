// Blurs a plane row by row, in AssemblyScript: see ssimulacra2.ts.
import { ABOVE, across, BELOW, down, STATE, WINDOW } from './recursion'

/** Rows of the ring that holds what was blurred sideways: a power of two above what a row needs of its neighbours. */
const RING: i32 = 16

// Two ways to blur: recursively, rounded as the reference program does, or by the window that the recursion is the fast form of, at a third of
// the cost. The small scales, of which the mean error counts, need the first; the large ones count by their worst pixels.

/** Bytes of zeros on either side of a row that the window goes over. */
export const MARGIN: usize = 16

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
@inline
export function blurSize(stride: usize): usize {
  return (<usize>RING + 1 + 2 * STATE) * stride
}

@inline
function ringRow(scratch: usize, y: i32, height: i32, stride: usize): usize {
  return scratch + (y < 0 || y >= height ? <usize>RING : <usize>(y & (RING - 1))) * stride
}

/** Blurs row `ahead` of a plane, or of a row of products, sideways into the ring. `row` stands between zeros. */
@inline
export function enter(
  scratch: usize, row: usize, ahead: i32, width: i32, height: i32, stride: usize, filter: usize, isExact: bool,
): void {
  const out = ringRow(scratch, ahead, height, stride)
  if (isExact) across(row, out, width, filter)
  else acrossByWindow(row, out, stride, filter + WINDOW)
}

/** Blurs down into `out` what has been entered, up to row `y` + BELOW. */
@inline
export function leave(
  scratch: usize, y: i32, height: i32, stride: usize, out: usize, filter: usize, isExact: bool,
): void {
  if (!isExact) {
    if (y >= 0) downByWindow(scratch, y, height, stride, out, filter + WINDOW)
    return
  }
  const above = ringRow(scratch, y - ABOVE, height, stride), below = ringRow(scratch, y + BELOW, height, stride)
  down(above, below, scratch + <usize>(RING + 1) * stride, out, stride, filter)
}

/** Rows of scratch for three blurs at once, with room for margins. */
export function scratchRows(): usize {
  return 3 * (<usize>RING + 1 + 2 * STATE) + 6
}
