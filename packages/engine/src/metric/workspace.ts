import { FLOAT, type Kernels, kernels, PLACES } from './kernels.js'
import { ERROR_MAPS, NORMS } from './weights.js'

/** 8-bit pixels, rows from the top without padding. Alpha is not premultiplied. */
export interface RawImage {
  data: Uint8Array
  width: number
  height: number
  channels: 3 | 4
}

/** One channel of the source at one scale, with what does not depend on the picture compared. */
export interface ReferencePlane {
  /** Pixels, their blur, and the blur of their squares, one after the other. */
  readonly planes: Float32Array
}

/** Mean (`[map * 2]`) and 4-norm (`[map * 2 + 1]`) of the structure, ringing and blur errors. */
export type PlaneErrors = readonly number[]

/**
 * The first scale whose mean error weighs much, so that what rounding makes of flat parts is seen in scores. Rounding
 * the two larger ones like the reference program costs half as much again and moved none of 40 scores by 0.02; not
 * rounding this one moved some by 0.8.
 */
const EXACT_FROM = 2

/** Bytes at which rows begin. */
const ALIGNMENT = 16

/**
 * A picture in the kernels' memory, at one scale after another, and one of its channels at a time. There is one memory:
 * who makes another workspace is done with the last.
 */
export class Workspace {
  width: number
  height: number
  #scale = 0
  readonly #kernels: Kernels
  /** Places of red, green and blue in linear light, the channel at work, the source's planes, and the blur's rows. */
  readonly #colours: readonly [number, number, number]
  readonly #plane: number
  readonly #reference: number
  readonly #scratch: number

  /** @param background grey level that transparent pixels are laid over: 0 to 1, as sRGB, blended as viewers do */
  constructor(image: RawImage, background: number) {
    this.width = image.width
    this.height = image.height
    const pixels = align(image.data.length)
    const size = this.#size
    const from = PLACES.free + pixels
    this.#colours = [from, from + size, from + 2 * size]
    this.#plane = from + 3 * size
    this.#reference = from + 4 * size
    this.#scratch = from + 7 * size
    this.#kernels = kernels((rows) => this.#scratch + rows * this.#stride)
    new Uint8Array(this.#kernels.memory.buffer, PLACES.free, image.data.length).set(image.data)
    const { channels, width, height } = image
    const tables = [PLACES.table, PLACES.blended]
    const stride = this.#stride
    this.#kernels.linearise(PLACES.free, channels, width, height, 255 * background, ...tables, ...this.#colours, stride)
  }

  /** Goes on to the picture half as large, each pixel the mean of four. */
  halve(): void {
    const { width, height } = this
    const from = this.#stride
    this.#scale += 1
    this.width = (width + 1) >> 1
    this.height = (height + 1) >> 1
    for (const colour of this.#colours) this.#kernels.halve(colour, width, height, from, colour, this.#stride)
  }

  /** Computes an XYB channel (0 X, 1 Y, 2 B−Y), which {@link reference} and {@link errors} are then about. */
  take(channel: number): void {
    this.#kernels.xyb(...this.#colours, this.width, this.height, this.#stride, channel, this.#plane)
  }

  /** The source's side of comparisons. */
  reference(): ReferencePlane {
    const { width, height } = this
    const size = this.#size
    const [pixels, mean, square] = [this.#reference, this.#reference + size, this.#reference + 2 * size]
    this.#kernels.prepare(
      this.#plane,
      width,
      height,
      this.#stride,
      PLACES.filter,
      this.#blur,
      this.#scratch,
      mean,
      square,
    )
    const bytes = new Uint8Array(this.#kernels.memory.buffer)
    bytes.copyWithin(pixels, this.#plane, this.#plane + size)
    return { planes: new Float32Array(this.#kernels.memory.buffer, pixels, (3 * size) / FLOAT).slice() }
  }

  /** Errors against the source's side of the same channel at the same scale. */
  errors({ planes }: ReferencePlane): PlaneErrors {
    const { width, height } = this
    const size = this.#size
    const { buffer } = this.#kernels.memory
    new Float32Array(buffer, this.#reference, planes.length).set(planes)
    const source = [this.#reference, this.#reference + size, this.#reference + 2 * size]
    const places = [PLACES.filter, this.#blur, this.#scratch, PLACES.sums]
    this.#kernels.compare(...source, this.#plane, width, height, this.#stride, ...places)
    const sums = new Float64Array(buffer, PLACES.sums, ERROR_MAPS * NORMS)
    return Array.from(sums, (sum, k) => (k % NORMS === 0 ? sum / (width * height) : (sum / (width * height)) ** 0.25))
  }

  /** 1 where the blur is rounded as the reference program's, 0 where the rounding would not show in a score. */
  get #blur(): number {
    return this.#scale >= EXACT_FROM ? 1 : 0
  }

  /** Bytes of a row of the present scale. */
  get #stride(): number {
    return align(this.width * FLOAT)
  }

  /** Bytes of a plane of the present scale. */
  get #size(): number {
    return this.#stride * this.height
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}
