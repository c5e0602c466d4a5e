import type { Rect } from './types.js'

/** The rectangle without pixels. */
export const EMPTY: Rect = Object.freeze({ x: 0, y: 0, width: 0, height: 0 })

/** Whether a rectangle holds no pixel. */
export function isEmpty(rect: Rect): boolean {
  return rect.width <= 0 || rect.height <= 0
}

/** The smallest rectangle around both; an empty one counts for nothing. */
export function union(a: Rect, b: Rect): Rect {
  if (isEmpty(a)) return b
  if (isEmpty(b)) return a
  const x = Math.min(a.x, b.x)
  const y = Math.min(a.y, b.y)
  const right = Math.max(a.x + a.width, b.x + b.width)
  const bottom = Math.max(a.y + a.height, b.y + b.height)
  return { x, y, width: right - x, height: bottom - y }
}

/** The pixels both share. */
export function intersection(a: Rect, b: Rect): Rect {
  const x = Math.max(a.x, b.x)
  const y = Math.max(a.y, b.y)
  const width = Math.min(a.x + a.width, b.x + b.width) - x
  const height = Math.min(a.y + a.height, b.y + b.height) - y
  return width > 0 && height > 0 ? { x, y, width, height } : EMPTY
}

/** Whether every pixel of `inner` lies in `outer`. */
export function contains(outer: Rect, inner: Rect): boolean {
  return isEmpty(inner) || sameRect(intersection(outer, inner), inner)
}

/** Whether two rectangles are the same. */
export function sameRect(a: Rect, b: Rect): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
}

/** Grows while pixels are added to it, and is then asked for the rectangle around them. */
export class Bounds {
  #left = Infinity
  #top = Infinity
  #right = -1
  #bottom = -1

  add(x: number, y: number): void {
    if (x < this.#left) this.#left = x
    if (x > this.#right) this.#right = x
    if (y < this.#top) this.#top = y
    if (y > this.#bottom) this.#bottom = y
  }

  rect(): Rect {
    if (this.#right < 0) return EMPTY
    return { x: this.#left, y: this.#top, width: this.#right - this.#left + 1, height: this.#bottom - this.#top + 1 }
  }
}
