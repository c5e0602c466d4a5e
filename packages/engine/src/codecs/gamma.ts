import type { Facts } from '../inspect/facts.js'
import type { Pixels } from './pixels.js'

/** What stored numbers are as sRGB, by number. */
export type Curve = Uint8Array

/** The curve of a PNG that gives its gamma as a number (`gAMA`, in units of 1/100,000), or `null` where there is none. */
export function curveOf({ colour }: Pick<Facts, 'colour'>): Curve | null {
  const gamma = Number(/^gamma:(\d+)/.exec(colour)?.[1] ?? 0) / 1e5
  if (gamma === 0) return null
  return Uint8Array.from({ length: 256 }, (_, stored) => Math.round(255 * toSrgb((stored / 255) ** (1 / gamma))))
}

/** Linear light to sRGB, both 0 to 1 (IEC 61966-2-1). */
function toSrgb(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055
}

/** The picture with its colours, not its alpha, through a curve. */
export function throughCurve(image: Pixels, curve: Curve): Pixels {
  const { data, channels } = image
  const shown = data.map((value, at) => (channels === 4 && at % 4 === 3 ? value : (curve[value] as number)))
  return { ...image, data: shown }
}
