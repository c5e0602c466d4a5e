import { parseGif } from './decode.js'
import { encodeGif } from './encode.js'
import { LzwEncoder } from './lzw.js'
import { FrameDecoder } from './lzw-decode.js'
import { compactPalettes, sourcePalettes } from './palette.js'
import { clearsUndeclared, type FramePlan, planAsStored, planDifferences } from './plan.js'
import { contains, isEmpty } from './rect.js'
import { type Gif, GifLimitError } from './types.js'
import { showsTheSame } from './verify.js'

/** Bounds on what one file may cost. */
export interface GifLimits {
  /**
   * Pixels of the logical screen; memory use is about 20 bytes for each.
   * @default 50_000_000
   */
  screenPixels?: number | undefined
  /**
   * Pixels of all frames together, each counted at its own size; time grows with it.
   * @default 1_000_000_000
   */
  framePixels?: number | undefined
}

/** How a GIF is made smaller. */
export interface GifOptions {
  /**
   * Largest error a pixel may get: red² + 2 green² + blue² of the differences in 8-bit levels. 0 changes no pixel, 60
   * lets greys be 3 levels off and is hard to see, 150 lets them be 6 off and shows in gradients.
   */
  lossy: number
  /** Keep comments and other applications' blocks, XMP among them. A colour profile stays always. */
  keepComments: boolean
  /** Make one attempt instead of two to four, as for a large file. */
  isQuick?: boolean | undefined
  /** See {@link GifLimits}. */
  limits?: GifLimits | undefined
  /** Leave it to the caller to ask {@link showsAlike} of the result that is taken. */
  isUnchecked?: boolean | undefined
}

/** A file with what does not depend on options, found out once however often it is optimised. */
interface Opened {
  readonly gif: Gif
  readonly isUndisputed: boolean
  plans: (FramePlan[] | null)[] | null
}

const opened = new WeakMap<Uint8Array, Opened>()

function open(bytes: Uint8Array, limits: GifLimits | undefined): Opened {
  const known = opened.get(bytes)
  const gif = known?.gif ?? parseGif(bytes)
  checkLimits(gif, limits)
  if (known !== undefined) return known
  const made: Opened = { gif, isUndisputed: isUndisputed(gif), plans: null }
  opened.set(bytes, made)
  return made
}

/**
 * A smaller GIF that shows the same: as many frames, with the same delays, repetitions and screen, and the same pixels
 * to within `lossy`. The result is decoded and compared with the source before it is returned.
 * @returns null when it would not be smaller, when the file holds something viewers do not agree on, or when colours
 * shall become near ones that already are
 * @throws BrokenGifError when the file does not decode; GifLimitError when it is larger than allowed
 */
export function optimiseGif(bytes: Uint8Array, options: GifOptions): Uint8Array | null {
  const source = open(bytes, options.limits)
  const { gif } = source
  if (!source.isUndisputed || (gif.hasNearColours && options.lossy > 0)) return null
  let smallest: Uint8Array | null = null
  for (const result of candidates(source, options)) {
    if (result.length < (smallest ?? bytes).length) smallest = result
  }
  if (smallest === null || options.isUnchecked) return smallest
  return showsTheSame(gif, smallest, options.lossy) ? smallest : null
}

/**
 * Whether a result of {@link optimiseGif} shows what its source shows, to within `lossy`.
 * @throws BrokenGifError when either does not decode
 */
export function showsAlike(bytes: Uint8Array, result: Uint8Array, lossy: number): boolean {
  return showsTheSame(opened.get(bytes)?.gif ?? parseGif(bytes), result, lossy)
}

/** @throws GifLimitError when decoding would take more than the limits allow */
export function checkLimits(gif: Gif, limits: GifLimits = {}): void {
  const { screenPixels = 50_000_000, framePixels = 1_000_000_000 } = limits
  if (gif.width * gif.height > screenPixels) throw new GifLimitError(`screen of ${gif.width} × ${gif.height} pixels`)
  let sum = 0
  for (const { width, height } of gif.frames) sum += width * height
  if (sum > framePixels) throw new GifLimitError(`frames of ${sum} pixels together`)
}

/** Whether all viewers draw this file alike: frames within the screen, none empty, every pixel a colour, no text. */
function isUndisputed(gif: Gif): boolean {
  const screen = { x: 0, y: 0, width: gif.width, height: gif.height }
  const inside = gif.frames.every((frame) => !isEmpty(frame) && contains(screen, frame))
  return gif.frames.length > 0 && !gif.hasPlainText && inside && everyPixelHasColour(gif)
}

/** Viewers draw an index past the palette's end as black, as transparent, or not at all. */
function everyPixelHasColour(gif: Gif): boolean {
  const decoder = new FrameDecoder()
  return gif.frames.every((frame) => {
    const size = (frame.localPalette ?? gif.globalPalette ?? []).length / 3
    if (size >= 1 << frame.minCodeSize) return true
    return size > 0 && decoder.decode(frame).every((index) => index < size || index === frame.transparent)
  })
}

/** Files that take this many pixels of frames or more get one attempt instead of two to four: some three seconds. */
const LARGE = 40_000_000

/** Whether a file is so large that one attempt must do. */
export function isLarge({ frames }: Gif): boolean {
  return frames.reduce((sum, { width, height }) => sum + width * height, 0) >= LARGE
}

function* candidates(source: Opened, options: GifOptions): Generator<Uint8Array> {
  const { gif } = source
  const { lossy, keepComments, isQuick = isLarge(gif) } = options
  const extensions = gif.extensions.filter(({ kind }) => keepComments || kind === 'profile')
  const lzw = new LzwEncoder()
  // Where the background colour may show, it stays where it is.
  const showsBackground = gif.frames.some(clearsUndeclared)
  for (const frames of framePlans(source)) {
    const attempts = isQuick ? [showsBackground || profitsFromSourcePalette(gif, frames)] : [true]
    if (!isQuick && !showsBackground) attempts.push(false)
    for (const keepsGlobal of attempts) {
      const palettes = keepsGlobal ? sourcePalettes(gif, frames) : compactPalettes(gif, frames)
      const result = encodeGif(gif, { frames, palettes, keepsGlobal, extensions, lossy, isQuick }, lzw)
      if (result) yield result
    }
    if (isQuick) return
  }
}

/** With one palette for all and most of it used, a new one gains nothing, and would make source frames unusable. */
function profitsFromSourcePalette(gif: Gif, plans: FramePlan[]): boolean {
  if (gif.frames.some(({ localPalette }) => localPalette)) return false
  const colours = new Set(plans.flatMap((plan) => [...(plan.colours ?? [])]))
  return colours.size * 6 > (gif.globalPalette?.length ?? 0)
}

function* framePlans(source: Opened): Generator<FramePlan[]> {
  const { gif } = source
  source.plans ??= [planDifferences(gif)]
  const { plans } = source
  if (plans[0]) yield plans[0]
  if (plans[0] && !gif.frames.some(({ disposal }) => disposal >= 2)) return
  plans[1] ??= planAsStored(gif)
  yield plans[1]
}
