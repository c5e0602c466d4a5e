import { hasText } from './bytes.js'

/** Two and a half steps of an 8-bit channel: small table profiles stay within, a plain gamma of 2.2 does not. */
const tolerance = 0.01
const sampled = Array.from({ length: 15 }, (_, i) => (i + 1) / 16)

/** Whether a profile's tone curve tag (ICC.1 `curv` or `para`) is sRGB's, compared in encoded steps. */
export function isSrgbCurve(tag: Uint8Array | undefined): boolean {
  const curve = tag && readCurve(tag)
  return curve !== undefined && sampled.every((x) => Math.abs(toSrgb(curve(x)) - x) <= tolerance)
}

type Curve = (encoded: number) => number

/** From linear light to sRGB's encoding (IEC 61966-2-1). */
function toSrgb(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055
}

function readCurve(tag: Uint8Array): Curve | undefined {
  if (tag.length < 12) return undefined
  const view = new DataView(tag.buffer, tag.byteOffset, tag.byteLength)
  if (hasText(tag, 'curv')) return readTable(view)
  return hasText(tag, 'para') ? readParametric(view) : undefined
}

/** No entries mean a straight line, one a gamma in 8.8 fixed point, more a table from 0 to 1. */
function readTable(view: DataView): Curve | undefined {
  const count = view.getUint32(8)
  if (count === 0) return (x) => x
  if (12 + count * 2 > view.byteLength) return undefined
  if (count === 1) return (x) => x ** (view.getUint16(12) / 256)
  return (x) => {
    const place = x * (count - 1)
    const below = Math.min(Math.floor(place), count - 2)
    const low = view.getUint16(12 + below * 2)
    const high = view.getUint16(14 + below * 2)
    return (low + (high - low) * (place - below)) / 65535
  }
}

/** Only type 3, `(ax + b)^g` above `d` and `cx` below, can be sRGB. */
function readParametric(view: DataView): Curve | undefined {
  if (view.getUint16(8) !== 3 || view.byteLength < 32) return undefined
  const parameter = (i: number): number => view.getInt32(12 + i * 4) / 65536
  const [g, a, b, c, d] = [parameter(0), parameter(1), parameter(2), parameter(3), parameter(4)]
  return (x) => (x >= d ? Math.max(0, a * x + b) ** g : c * x)
}
