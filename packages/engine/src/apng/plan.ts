import { Bounds, isEmpty } from '../gif/rect.js'
import type { Rect } from '../gif/types.js'
import { play } from './play.js'
import { type Apng, type Disposal, disposal } from './types.js'

/** What a frame has to bring. */
export interface Step {
  /** What is seen with it; overwritten by the next step. */
  readonly shown: Uint32Array
  /** What it is drawn on. */
  readonly base: Uint32Array
  /** The smallest rectangle around what differs between the two, of one pixel at least. */
  readonly rect: Rect
  readonly disposal: Disposal
}

const NOTHING: Rect = Object.freeze({ x: 0, y: 0, width: 1, height: 1 })

/**
 * The same pictures told as differences: for each frame what changed, on whichever of three grounds leaves the next one
 * least to draw. With `isWhole` the first frame covers everything, as it must where it is the still picture too.
 * @throws BrokenImageError when a frame does not decode
 */
export function* planSteps(apng: Apng, isWhole: boolean): Generator<Step> {
  const { width, height } = apng.layout
  const frames = play(apng)
  let shown = frames.next().value?.pixels.slice()
  let base = new Uint32Array(width * height)
  let isFirst = true
  while (shown) {
    const rect: Rect = isFirst && isWhole ? { x: 0, y: 0, width, height } : difference(base, shown, width, height)
    const next = frames.next().value?.pixels.slice()
    const after = next ? chooseDisposal(base, shown, rect, next, width, height) : { disposal: disposal.none, base }
    yield { shown, base, rect, disposal: after.disposal }
    base = after.base
    shown = next
    isFirst = false
  }
}

interface After {
  readonly disposal: Disposal
  readonly base: Uint32Array<ArrayBuffer>
}

/** The ground for the next frame with the least difference; staying as it is comes first among equals. */
function chooseDisposal(
  base: Uint32Array<ArrayBuffer>,
  shown: Uint32Array<ArrayBuffer>,
  rect: Rect,
  next: Uint32Array,
  width: number,
  height: number,
): After {
  const grounds: After[] = [
    { disposal: disposal.none, base: shown },
    { disposal: disposal.previous, base },
    { disposal: disposal.background, base: cleared(shown, rect, width) },
  ]
  const sizes = grounds.map(({ base }) => {
    const { width: across, height: down } = difference(base, next, width, height)
    return across * down
  })
  const least = Math.min(...sizes)
  return grounds[sizes.indexOf(least)] ?? { disposal: disposal.none, base: shown }
}

function cleared(pixels: Uint32Array<ArrayBuffer>, rect: Rect, width: number): Uint32Array<ArrayBuffer> {
  const copy = pixels.slice()
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    copy.fill(0, y * width + rect.x, y * width + rect.x + rect.width)
  }
  return copy
}

function difference(a: Uint32Array, b: Uint32Array, width: number, height: number): Rect {
  const bounds = new Bounds()
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) if (a[at] !== b[at]) bounds.add(x, y)
  }
  const rect = bounds.rect()
  return isEmpty(rect) ? NOTHING : rect
}
