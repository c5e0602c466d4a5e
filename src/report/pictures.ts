import type { Format } from '../types.js'

/** A file before and after. */
export interface Picture {
  readonly format: Format
  readonly before: Uint8Array
  readonly after: Uint8Array
}

/** Pictures by the digest of the bytes that ship, as reports have it. */
export type Pictures = ReadonlyMap<string, Picture>

/** Keeps the pictures that a page is going to hold. */
export interface PictureStore {
  keep(digest: string, picture: Picture): void
  all(): Pictures
}

/**
 * Bytes of pictures, before and after together, that a page holds at most: 32 MiB, which base64 makes 45 MB of. Browsers
 * read all of it before they call the page loaded; `npm run bench -- report` measures how long that takes.
 */
export const mostPictureBytes: number = 32 * 2 ** 20

/** One picture takes at most a quarter of that, so that a few huge ones do not displace all others. */
const share = 4

const types: Partial<Record<Format, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  svg: 'image/svg+xml',
}

export function isShownByBrowsers(format: Format | null): boolean {
  return format !== null && types[format] !== undefined
}

/** Bytes as the address of an image. */
export function dataUri(format: Format, bytes: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = bytes
  return `data:${types[format]};base64,${Buffer.from(buffer, byteOffset, byteLength).toString('base64')}`
}

/**
 * Keeps pictures in memory up to a limit: those that save most bytes, whatever the order in which they come.
 * @param limit Bytes, before and after together.
 */
export function createPictureStore(limit: number = mostPictureBytes): PictureStore {
  let kept: [digest: string, picture: Picture][] = []
  return {
    keep(digest, picture) {
      if (!isShownByBrowsers(picture.format) || sizeOf(picture) > limit / share) return
      if (kept.some(([known]) => known === digest)) return
      kept = within([...kept, [digest, picture]], limit)
    },
    all: () => new Map(kept),
  }
}

/** The largest savings that fit; equal ones in the order of their digests. */
function within(pictures: readonly [string, Picture][], limit: number): [string, Picture][] {
  const sorted = pictures.toSorted(([a, one], [b, other]) => savingOf(other) - savingOf(one) || (a < b ? -1 : 1))
  let size = 0
  const end = sorted.findIndex(([, picture]) => {
    size += sizeOf(picture)
    return size > limit
  })
  return end < 0 ? sorted : sorted.slice(0, end)
}

function sizeOf({ before, after }: Picture): number {
  return before.byteLength + after.byteLength
}

function savingOf({ before, after }: Picture): number {
  return before.byteLength - after.byteLength
}
