// Inner loops of SSIMULACRA 2.1, in AssemblyScript (a TypeScript that becomes WebAssembly), four pixels at a time.
// Error maps and colour constants: Copyright (c) Jon Sneyers, Cloudinary; the JPEG XL Project Authors. BSD 3-clause, see
// THIRD-PARTY-NOTICES.md. `src/metric` says where everything lies in memory and calls these with pixels as counts and
// places as byte addresses. `npm run kernels` compiles this folder; a test says when that was forgotten.
//
// A plane has one 32-bit float a pixel. Its rows begin at multiples of 16 bytes, `stride` bytes apart; what fills the
// last 16 bytes of a row is 0.
//
// `@inline` before a function is AssemblyScript's. TypeScript knows no such decorators, and its checker does not read
// these files: types like `usize` and instructions like `f32x4.add` are as foreign to it.
import { BELOW } from './recursion'
import { blurSize, enter, leave, MARGIN } from './blur'
import { addEdges, addStructure } from './errors'

export { scratchRows } from './blur'
export { halve, linearise, xyb } from './colour'

/** Multiplies two rows. */
function multiply(a: usize, b: usize, out: usize, stride: usize): void {
  for (let at: usize = 0; at < stride; at += 16) v128.store(out + at, f32x4.mul(v128.load(a + at), v128.load(b + at)))
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
