// Colour constants of JPEG XL's XYB space and its scaling for SSIMULACRA 2.1:
// Copyright (c) Jon Sneyers, Cloudinary; the JPEG XL Project Authors. BSD 3-clause, see THIRD-PARTY-NOTICES.md.

/** Linear-light red, green and blue, one value per pixel, 0 to 1. */
export interface LinearImage {
  width: number
  height: number
  red: Float32Array
  green: Float32Array
  blue: Float32Array
}

/** 8-bit pixels, rows from the top without padding. Alpha is not premultiplied. */
export interface RawImage {
  data: Uint8Array
  width: number
  height: number
  channels: 3 | 4
}

const BIAS = 0.0037930732552754493
const BIAS_ROOT = Math.cbrt(BIAS)

/** Steps of the cube root table; interpolated between, the error stays below 2e-6. */
const ROOT_STEPS = 16384

/** Cube roots of {@link BIAS} to 1 + BIAS. */
const ROOTS: Float32Array = Float32Array.from({ length: ROOT_STEPS + 2 }, (_, k) => Math.cbrt(k / ROOT_STEPS + BIAS))

/** sRGB byte to linear light (IEC 61966-2-1). */
const LINEAR: Float32Array = Float32Array.from({ length: 256 }, (_, byte) => toLinear(byte / 255))

function toLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

/** The same for values between bytes, which blending makes; to the nearest of 16 steps a byte. */
const BLENDED: Float32Array = Float32Array.from({ length: 255 * 16 + 1 }, (_, step) => toLinear(step / (255 * 16)))

/** Whether any pixel is not fully opaque. */
export function hasTransparency({ data, channels }: RawImage): boolean {
  if (channels === 3) return false
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true
  return false
}

/**
 * Pixels in linear light, transparent ones over a grey of `background` (0 to 1, sRGB-encoded; blended before
 * linearising, as viewers do). Sides shorter than `least` are filled up by repeating the last column or row.
 */
export function linearise(image: RawImage, background: number, least: number): LinearImage {
  const width = Math.max(least, image.width)
  const height = Math.max(least, image.height)
  const [red, green, blue] = [0, 1, 2].map(() => new Float32Array(width * height)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  const { data, channels } = image
  let write = 0
  for (let y = 0; y < height; y++) {
    const row = Math.min(y, image.height - 1) * image.width
    for (let x = 0; x < width; x++, write++) {
      const at = (row + (x < image.width ? x : image.width - 1)) * channels
      const alpha = channels === 4 ? (data[at + 3] as number) : 255
      if (alpha === 255) {
        red[write] = LINEAR[data[at] as number] as number
        green[write] = LINEAR[data[at + 1] as number] as number
        blue[write] = LINEAR[data[at + 2] as number] as number
      } else {
        // In steps of BLENDED, half a step up for rounding.
        const share = (alpha * 16) / 255
        const rest = (16 - share) * 255 * background + 0.5
        red[write] = BLENDED[((data[at] as number) * share + rest) | 0] as number
        green[write] = BLENDED[((data[at + 1] as number) * share + rest) | 0] as number
        blue[write] = BLENDED[((data[at + 2] as number) * share + rest) | 0] as number
      }
    }
  }
  return { width, height, red, green, blue }
}

/** Half as large, each pixel the mean of four; an odd last column or row counts twice. */
export function halve(image: LinearImage): LinearImage {
  const { width, height } = image
  const size = { width: (width + 1) >> 1, height: (height + 1) >> 1 }
  const plane = (from: Float32Array) => halvePlane(from, width, height, size.width, size.height)
  return { ...size, red: plane(image.red), green: plane(image.green), blue: plane(image.blue) }
}

function halvePlane(from: Float32Array, width: number, height: number, outWidth: number, outHeight: number) {
  const out = new Float32Array(outWidth * outHeight)
  let write = 0
  for (let y = 0; y < outHeight; y++) {
    const upper = 2 * y * width
    const lower = Math.min(2 * y + 1, height - 1) * width
    for (let x = 0; x < outWidth; x++, write++) {
      const left = 2 * x
      const right = left + 1 < width ? left + 1 : width - 1
      const top = (from[upper + left] as number) + (from[upper + right] as number)
      out[write] = (top + (from[lower + left] as number) + (from[lower + right] as number)) * 0.25
    }
  }
  return out
}

/** One XYB channel (0 X, 1 Y, 2 B−Y), each scaled to about 0 to 1. */
export function xybPlane(image: LinearImage, channel: number): Float32Array {
  const { red, green, blue } = image
  const out = new Float32Array(red.length)
  for (let at = 0; at < out.length; at++) {
    const r = red[at] as number
    const g = green[at] as number
    const b = blue[at] as number
    const long = root(0.3 * r + 0.622 * g + 0.078 * b)
    const middle = root(0.23 * r + 0.692 * g + 0.078 * b)
    if (channel === 0) out[at] = (long - middle) * 7 + 0.42
    else {
      const luma = (long + middle) / 2 - BIAS_ROOT
      if (channel === 1) out[at] = luma + 0.01
      else {
        const short = root(0.24342268924547819 * r + 0.20476744424496821 * g + 0.5518098665095535 * b)
        out[at] = short - BIAS_ROOT - luma + 0.55
      }
    }
  }
  return out
}

/** Cube root of `value` + {@link BIAS}, for a value of 0 to 1. */
function root(value: number): number {
  const position = value * ROOT_STEPS
  const step = position | 0
  const low = ROOTS[step] as number
  return low + ((ROOTS[step + 1] as number) - low) * (position - step)
}
