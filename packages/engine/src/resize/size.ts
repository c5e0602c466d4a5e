/** Named bounds: the longest edge of the screens that are sold under these names, in pixels. */
const PRESETS = { '4k': 3840, '2k': 2560, '1080p': 1920, '720p': 1280 } as const

export type ResizePreset = keyof typeof PRESETS

/** How far pictures are scaled down: to a longest edge in pixels at most, or to a percentage of what they have. */
export type Scale = { readonly longestEdge: number } | { readonly percent: number }

/**
 * A bound on how many pixels pictures have. Presets bound the longest edge: `'4k'` 3840 pixels, `'2k'` 2560, `'1080p'`
 * 1920, `'720p'` 1280. `longestEdge` is a whole number of pixels from 1 to 10,000, `percent` one from 1 to 99.
 */
export type Resize = ResizePreset | Scale

/** What a {@link Resize} can be, for messages. */
export const RESIZE_VALUES =
  "'4k', '2k', '1080p', '720p', { longestEdge: 1 to 10000 } or { percent: 1 to 99 }, in whole numbers"

/** The largest numbers that the Compress.FAST service takes, so that one setting means the same here and there. */
const MOST = { longestEdge: 10_000, percent: 99 } as const

/** Reads a {@link Resize} with its preset spelled out; `undefined` for what is none. */
export function parseResize(value: unknown): Scale | undefined {
  if (typeof value === 'string') return isPreset(value) ? { longestEdge: PRESETS[value] } : undefined
  if (typeof value !== 'object' || value === null) return undefined
  const [[key, number] = [], ...others] = Object.entries(value)
  if (others.length > 0 || (key !== 'longestEdge' && key !== 'percent')) return undefined
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > MOST[key]) return undefined
  return key === 'percent' ? { percent: number } : { longestEdge: number }
}

function isPreset(value: string): value is ResizePreset {
  return Object.hasOwn(PRESETS, value)
}

export interface Size {
  readonly width: number
  readonly height: number
}

/**
 * The exact size of a picture of `width` by `height` pixels once it is resized. It never grows, and a side never
 * becomes less than a pixel. Turning the picture first gives the same, turned.
 *
 * @throws {TypeError} when `resize` is none.
 */
export function resizedDimensions(width: number, height: number, resize: Resize): Size {
  const scale = parseResize(resize)
  if (scale === undefined) throw new TypeError(`resize must be ${RESIZE_VALUES}`)
  const longest = Math.max(width, height)
  const [part, whole] = 'percent' in scale ? [scale.percent, 100] : [Math.min(scale.longestEdge, longest), longest]
  // Multiplied first: whole numbers stay exact, and the longest edge is the very one that was asked for.
  const scaled = (side: number) => Math.max(1, Math.round((side * part) / whole))
  return { width: scaled(width), height: scaled(height) }
}
