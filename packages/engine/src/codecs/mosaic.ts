import { crop, type Pixels } from './pixels.js'

/** Edge of a tile. A multiple of 16, so that chroma blocks of a JPEG fall as they do in the whole picture. */
const TILE = 384
const ALIGN = 16

/** Takes from a picture the part that a sampler stands for. */
export type Sampler = (image: Pixels) => Pixels

/**
 * Chooses a part of a picture that stands for the whole: the picture itself up to `maxPixels`, else a square of tiles
 * picked by detail, evenly from the flattest to the busiest. The answer takes that part from any picture of equal size.
 */
export function chooseSample(image: Pixels, maxPixels: number): Sampler {
  if (image.width * image.height <= maxPixels) return (other) => other
  const side = Math.max(1, Math.floor(Math.sqrt(maxPixels) / TILE))
  const tiles = candidates(image)
  if (tiles.length < side * side) return (other) => centre(other, maxPixels)
  const picked = pick(tiles, side * side)
  return (other) => assemble(other, picked, side)
}

interface Tile {
  readonly left: number
  readonly top: number
  readonly detail: number
}

function candidates(image: Pixels): Tile[] {
  const tiles: Tile[] = []
  for (let top = 0; top + TILE <= image.height; top += TILE) {
    for (let left = 0; left + TILE <= image.width; left += TILE) {
      tiles.push({ left, top, detail: detail(image, left, top) })
    }
  }
  return tiles.sort((a, b) => a.detail - b.detail || a.top - b.top || a.left - b.left)
}

/** Sum of differences to the left neighbour in green over every fourth row. */
function detail({ data, width, channels }: Pixels, left: number, top: number): number {
  let sum = 0
  for (let y = top; y < top + TILE; y += 4) {
    const row = (y * width + left) * channels + 1
    for (let x = 1; x < TILE; x += 1) {
      sum += Math.abs((data[row + x * channels] ?? 0) - (data[row + (x - 1) * channels] ?? 0))
    }
  }
  return sum
}

function pick(tiles: readonly Tile[], count: number): Tile[] {
  const step = (tiles.length - 1) / Math.max(1, count - 1)
  return Array.from({ length: count }, (_, i) => tiles[Math.round(i * step)]).filter((tile) => tile !== undefined)
}

function assemble(image: Pixels, tiles: readonly Tile[], side: number): Pixels {
  const { channels } = image
  const width = side * TILE
  const data = new Uint8Array(width * width * channels)
  tiles.forEach((tile, index) => {
    const part = crop(image, tile.left, tile.top, TILE, TILE)
    const left = (index % side) * TILE
    const top = Math.floor(index / side) * TILE
    for (let y = 0; y < TILE; y += 1) {
      const row = part.data.subarray(y * TILE * channels, (y + 1) * TILE * channels)
      data.set(row, ((top + y) * width + left) * channels)
    }
  })
  return { data, width, height: width, channels }
}

/** For pictures too narrow for tiles: the middle of the long side. */
function centre(image: Pixels, maxPixels: number): Pixels {
  const wide = image.width >= image.height
  const length = Math.max(1, Math.floor(maxPixels / (wide ? image.height : image.width)))
  if (wide) return crop(image, aligned((image.width - length) / 2), 0, length, image.height)
  return crop(image, 0, aligned((image.height - length) / 2), image.width, length)
}

function aligned(offset: number): number {
  return Math.max(0, Math.floor(offset / ALIGN) * ALIGN)
}
