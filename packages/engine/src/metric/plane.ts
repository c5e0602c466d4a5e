// Error maps of SSIMULACRA 2.1: Copyright (c) Jon Sneyers, Cloudinary. BSD 3-clause, see THIRD-PARTY-NOTICES.md.
import { REACH, RowBlur } from './blur.js'

/** Keeps the structure map defined in flat areas. */
const C2 = 0.0009

/** Which error maps of a plane are wanted. */
export interface PlaneNeeds {
  structure: boolean
  edges: boolean
}

/** One channel of the source at one scale, with what does not depend on the picture compared. */
export interface ReferencePlane {
  width: number
  height: number
  pixels: Float32Array
  mean: Float32Array
  /** Blurred squares; empty when the structure map is not needed. */
  meanSquare: Float32Array
}

/** Mean (`[map * 2]`) and 4-norm (`[map * 2 + 1]`) of the structure, ringing and blur errors; 0 where not needed. */
export type PlaneErrors = [number, number, number, number, number, number]

/** Computes the source's side of a plane. */
export function referencePlane(pixels: Float32Array, width: number, height: number, needs: PlaneNeeds): ReferencePlane {
  const mean = blurPlane(pixels, width, height)
  const meanSquare = needs.structure
    ? blurPlane(
        pixels.map((value) => value * value),
        width,
        height,
      )
    : new Float32Array(0)
  return { width, height, pixels, mean, meanSquare }
}

function blurPlane(pixels: Float32Array, width: number, height: number): Float32Array {
  const out = new Float32Array(pixels.length)
  const blur = new RowBlur(width)
  for (let y = 0; y < height + REACH; y++) {
    if (y < height) {
      blur.incoming.set(pixels.subarray(y * width, (y + 1) * width))
      blur.push()
    }
    if (y >= REACH) blur.row(y - REACH, out.subarray((y - REACH) * width, (y - REACH + 1) * width))
  }
  return out
}

/** Errors of a plane against its reference, row by row; nothing of the picture's size is allocated. */
export function comparePlane(reference: ReferencePlane, pixels: Float32Array, needs: PlaneNeeds): PlaneErrors {
  const { width, height } = reference
  const blurs = { mean: new RowBlur(width), square: new RowBlur(width), product: new RowBlur(width) }
  const mean = new Float32Array(width)
  const square = new Float32Array(width)
  const product = new Float32Array(width)
  const sums = new Float64Array(6)
  for (let ahead = 0; ahead < height + REACH; ahead++) {
    if (ahead < height) pushRow(reference, pixels, ahead, blurs, needs)
    const y = ahead - REACH
    if (y < 0) continue
    blurs.mean.row(y, mean)
    if (needs.structure) {
      blurs.square.row(y, square)
      blurs.product.row(y, product)
      addStructure(reference, y * width, mean, square, product, sums)
    }
    if (needs.edges) addEdges(reference, pixels, y * width, mean, sums)
  }
  return Array.from(sums, (sum, k) => (k % 2 === 0 ? sum : (sum / (width * height)) ** 0.25)).map((sum, k) =>
    k % 2 === 0 ? sum / (width * height) : sum,
  ) as PlaneErrors
}

interface Blurs {
  mean: RowBlur
  square: RowBlur
  product: RowBlur
}

function pushRow(reference: ReferencePlane, pixels: Float32Array, y: number, blurs: Blurs, needs: PlaneNeeds): void {
  const start = y * reference.width
  const row = pixels.subarray(start, start + reference.width)
  blurs.mean.incoming.set(row)
  blurs.mean.push()
  if (!needs.structure) return
  const square = blurs.square.incoming
  const product = blurs.product.incoming
  const source = reference.pixels
  for (let x = 0; x < row.length; x++) {
    const value = row[x] as number
    square[x] = value * value
    product[x] = value * (source[start + x] as number)
  }
  blurs.square.push()
  blurs.product.push()
}

/** 1 minus a structural similarity whose luminance term is 1 − (difference of means)², as the authors changed it. */
function addStructure(
  reference: ReferencePlane,
  start: number,
  mean: Float32Array,
  square: Float32Array,
  product: Float32Array,
  sums: Float64Array,
): void {
  const { mean: sourceMean, meanSquare } = reference
  let sum = 0
  let fourth = 0
  for (let x = 0; x < mean.length; x++) {
    const m1 = sourceMean[start + x] as number
    const m2 = mean[x] as number
    const luminance = 1 - (m1 - m2) * (m1 - m2)
    const covariance = 2 * ((product[x] as number) - m1 * m2) + C2
    const variance = (meanSquare[start + x] as number) - m1 * m1 + (square[x] as number) - m2 * m2 + C2
    const error = 1 - (luminance * covariance) / variance
    if (error <= 0) continue
    sum += error
    fourth += error * error * error * error
  }
  sums[0] = (sums[0] as number) + sum
  sums[1] = (sums[1] as number) + fourth
}

/** How much more (ringing) or less (blur) a pixel differs from its surroundings than it does in the source. */
function addEdges(
  reference: ReferencePlane,
  pixels: Float32Array,
  start: number,
  mean: Float32Array,
  sums: Float64Array,
): void {
  const { pixels: source, mean: sourceMean } = reference
  let ringing = 0
  let ringingFourth = 0
  let blur = 0
  let blurFourth = 0
  for (let x = 0; x < mean.length; x++) {
    const at = start + x
    const here = 1 + Math.abs((pixels[at] as number) - (mean[x] as number))
    const there = 1 + Math.abs((source[at] as number) - (sourceMean[at] as number))
    const change = here / there - 1
    const squared = change * change
    if (change > 0) {
      ringing += change
      ringingFourth += squared * squared
    } else {
      blur -= change
      blurFourth += squared * squared
    }
  }
  sums[2] = (sums[2] as number) + ringing
  sums[3] = (sums[3] as number) + ringingFourth
  sums[4] = (sums[4] as number) + blur
  sums[5] = (sums[5] as number) + blurFourth
}
