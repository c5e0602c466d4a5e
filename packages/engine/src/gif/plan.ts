import { ColourCount } from './colour.js'
import { Player } from './composite.js'
import { Bounds, isEmpty, union } from './rect.js'
import type { Disposal, Gif, GifFrame, Rect } from './types.js'

/** What of a frame will be stored, decided before its pixels are encoded. */
export interface FramePlan {
  rect: Rect
  disposal: Disposal
  /** Transparent pixels may be stored: not if the frame clears without declaring any, nor if it has no control block. */
  mayBeTransparent: boolean
  /** Opaque colours of the pixels that must be drawn, most frequent first; null when there are more than 256. */
  colours: Uint32Array | null
  /** Some pixel of the rectangle must be stored as transparent. */
  needsTransparent: boolean
}

/**
 * Plans each frame as the difference from what the viewer shows, whatever the source did to get there. A frame is
 * cleared after showing only where the next one uncovers transparency.
 * @returns null when the source clears frames that declare no transparency, or has frames without a control extension
 * in an animation: decoders disagree on what the first uncovers and on the delay of the second
 */
export function planDifferences(gif: Gif): FramePlan[] | null {
  if (gif.frames.some(clearsUndeclared)) return null
  if (gif.frames.length > 1 && gif.frames.some((frame) => !frame.hasControl)) return null
  const player = new Player(gif)
  const pixels = player.screen.pixels
  const before = new Uint32Array(pixels.length)
  const plans: FramePlan[] = []
  for (const frame of gif.frames) {
    const dirty = player.next()
    const previous = plans.at(-1)
    if (!previous) plans.push(planFirst(frame, pixels, gif.width))
    else {
      const uncovered = boundsOfUncovered(dirty, before, pixels, gif.width)
      let region = dirty
      if (!isEmpty(uncovered)) {
        previous.disposal = 2
        previous.rect = union(previous.rect, uncovered)
        previous.needsTransparent = true
        fillRect(before, gif.width, previous.rect)
        region = union(dirty, previous.rect)
      }
      plans.push(planChange(region, before, pixels, gif.width))
    }
    copyRect(pixels, before, gif.width, dirty)
    if (previous?.disposal === 2) copyRect(pixels, before, gif.width, previous.rect)
  }
  const last = plans.at(-1)
  if (last && gif.frames.at(-1)?.disposal === 0) last.disposal = 0
  return plans
}

/** Plans each frame where and as the source has it, cropped where that changes nothing for what follows. */
export function planAsStored(gif: Gif): FramePlan[] {
  const player = new Player(gif)
  const pixels = player.screen.pixels
  const before = new Uint32Array(pixels.length)
  return gif.frames.map((frame, number) => {
    const disposed = player.screen.settle()
    copyRect(pixels, before, gif.width, disposed)
    player.next()
    const mayBeTransparent = frame.hasControl && !clearsUndeclared(frame, number)
    const whole = number === 0 || frame.disposal === 2
    if (!mayBeTransparent) fillRect(before, gif.width, frame)
    const plan = planChange(frame, before, pixels, gif.width)
    copyRect(pixels, before, gif.width, frame)
    const rect = whole ? rectOf(frame) : plan.rect
    const needsTransparent = mayBeTransparent && (plan.needsTransparent || (whole && frame.transparent >= 0))
    return { ...plan, rect, disposal: frame.disposal, mayBeTransparent, needsTransparent }
  })
}

/**
 * Whether a frame clears to the background without declaring a transparent index. Browsers then uncover transparency,
 * libnsgif (in sharp) the background colour. Restoring what was before the first frame is clearing, too.
 */
export function clearsUndeclared({ disposal, transparent }: GifFrame, number: number): boolean {
  return transparent < 0 && (disposal === 2 || (disposal === 3 && number === 0))
}

function planFirst(frame: GifFrame, pixels: Uint32Array, stride: number): FramePlan {
  const empty = new Uint32Array(pixels.length)
  // Some decoders take the first frame's size for the picture's, so it is never cropped.
  const plan = planChange(frame, empty, pixels, stride)
  const transparent = hasTransparent(frame, pixels, stride)
  return { ...plan, rect: rectOf(frame), needsTransparent: transparent }
}

/** The part of `region` where the two screens differ, and the colours there. */
function planChange(region: Rect, before: Uint32Array, after: Uint32Array, stride: number): FramePlan {
  const count = new ColourCount()
  const rect = boundsOfChange(region, before, after, stride, count)
  const colours = count.overflowed ? null : count.sorted()
  const base = { disposal: 1, mayBeTransparent: true, needsTransparent: false, colours } as const
  // A frame must have a pixel; one that repeats what is there changes nothing.
  if (isEmpty(rect)) return { ...base, rect: { x: region.x, y: region.y, width: 1, height: 1 }, needsTransparent: true }
  return { ...base, rect }
}

// Every pixel of every frame comes through the following three, so they are spelled out rather than given a predicate.

/** Where the screens differ. Counts the colours that are new there. */
function boundsOfChange(
  region: Rect,
  before: Uint32Array,
  after: Uint32Array,
  stride: number,
  count: ColourCount,
): Rect {
  const bounds = new Bounds()
  for (let y = region.y; y < region.y + region.height; y++) {
    const row = y * stride
    for (let x = region.x; x < region.x + region.width; x++) {
      const colour = after[row + x] as number
      if (colour === before[row + x]) continue
      if (colour !== 0) count.add(colour)
      bounds.add(x, y)
    }
  }
  return bounds.rect()
}

/** Where something became transparent. */
function boundsOfUncovered(region: Rect, before: Uint32Array, after: Uint32Array, stride: number): Rect {
  const bounds = new Bounds()
  for (let y = region.y; y < region.y + region.height; y++) {
    const row = y * stride
    for (let x = region.x; x < region.x + region.width; x++) {
      if (after[row + x] === 0 && before[row + x] !== 0) bounds.add(x, y)
    }
  }
  return bounds.rect()
}

function hasTransparent(region: Rect, pixels: Uint32Array, stride: number): boolean {
  for (let y = region.y; y < region.y + region.height; y++) {
    const start = y * stride + region.x
    if (pixels.subarray(start, start + region.width).includes(0)) return true
  }
  return false
}

function rectOf({ x, y, width, height }: Rect): Rect {
  return { x, y, width, height }
}

function copyRect(from: Uint32Array, to: Uint32Array, stride: number, rect: Rect): void {
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const at = y * stride + rect.x
    to.set(from.subarray(at, at + rect.width), at)
  }
}

function fillRect(pixels: Uint32Array, stride: number, rect: Rect): void {
  for (let y = rect.y; y < rect.y + rect.height; y++)
    pixels.fill(0, y * stride + rect.x, y * stride + rect.x + rect.width)
}
