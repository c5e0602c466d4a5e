import { readJpegHeader } from './jpeg-header.js'
import { openRaw } from './sharp.js'

const SWATCH = { data: new Uint8Array(8 * 8 * 3), width: 8, height: 8, channels: 3 as const }

const tables = new Map<number, Promise<readonly number[]>>()

/** The luma table that the encoder in use writes at a quality, asked of the encoder itself. */
export function lumaTable(quality: number): Promise<readonly number[]> {
  const known = tables.get(quality)
  if (known !== undefined) return known
  const asked = openRaw(SWATCH)
    .jpeg({ quality, mozjpeg: true })
    .toBuffer()
    .then((bytes) => readJpegHeader(bytes)?.luma ?? [])
  tables.set(quality, asked)
  return asked
}

/** Sum of a table's divisors: the coarser, the larger. */
function coarseness(table: readonly number[]): number {
  return table.reduce((sum, value) => sum + value, 0)
}

/**
 * The mozjpeg quality whose table this is, or `null` for a table of another encoder. Tables get finer as quality
 * rises, so the search halves the range.
 */
export async function mozjpegQuality(luma: readonly number[]): Promise<number | null> {
  const wanted = coarseness(luma)
  let low = 1
  let high = 100
  while (low < high) {
    const middle = (low + high) >> 1
    if (coarseness(await lumaTable(middle)) <= wanted) high = middle
    else low = middle + 1
  }
  const table = await lumaTable(low)
  return table.every((value, i) => value === luma[i]) ? low : null
}
