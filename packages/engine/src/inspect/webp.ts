import { BrokenImageError } from './broken.js'
import type { Facts } from './facts.js'
import { colourOfIcc } from './icc.js'
import { orientationOf } from './orientation.js'
import { Reader } from './reader.js'
import { type RiffChunk, readChunks, readRiff } from './riff.js'
import { animation, still } from './timing.js'
import { hasTrailingData } from './trailing.js'
import { webpFlag, webpMetadata } from './webp-metadata.js'
import { readPicture, type WebpPicture } from './webp-picture.js'

/** Reads a WebP chunk by chunk (RFC 9649). @throws BrokenImageError when it is incomplete or contradicts itself. */
export function inspectWebp(bytes: Uint8Array): Facts {
  const { chunks, end } = readRiff(bytes)
  const { icc, exif } = webpMetadata(chunks)
  return {
    format: 'webp',
    ...readContent(chunks),
    bitDepth: 8,
    model: 'rgb',
    orientation: orientationOf(exif, 'webp'),
    colour: icc ? colourOfIcc(icc) : 'srgb',
    traits: new Set(hasTrailingData(bytes, end) ? ['trailing-data'] : []),
  }
}

type Content = Pick<Facts, 'width' | 'height' | 'frames' | 'loop' | 'delays' | 'alpha' | 'lossless'>

function readContent(chunks: readonly RiffChunk[]): Content {
  const [first] = chunks
  if (first?.type !== 'VP8X') return { ...still, ...readPicture(chunks.slice(0, 1)) }
  const canvas = readCanvas(first.data)
  return canvas.animated ? readAnimation(chunks, canvas) : readStill(chunks, canvas)
}

interface Canvas {
  readonly width: number
  readonly height: number
  readonly alpha: boolean
  readonly animated: boolean
}

function readCanvas(data: Uint8Array): Canvas {
  const reader = new Reader(data, 'webp')
  const flags = reader.u8()
  reader.skip(3)
  const width = reader.u24le() + 1
  const height = reader.u24le() + 1
  return { width, height, alpha: (flags & webpFlag.alpha) !== 0, animated: (flags & webpFlag.animation) !== 0 }
}

function readStill(chunks: readonly RiffChunk[], canvas: Canvas): Content {
  const picture = readPicture(chunks)
  if (picture.width !== canvas.width || picture.height !== canvas.height) {
    throw new BrokenImageError('webp', 'a picture of another size than its canvas')
  }
  return { ...still, ...picture, alpha: picture.alpha || canvas.alpha }
}

function readAnimation(chunks: readonly RiffChunk[], canvas: Canvas): Content {
  const control = chunks.find((chunk) => chunk.type === 'ANIM')
  if (!control) throw new BrokenImageError('webp', 'no animation header')
  const frames = chunks.filter((chunk) => chunk.type === 'ANMF').map(({ data }) => readFrame(data, canvas))
  if (frames.length === 0) throw new BrokenImageError('webp', 'no frames')
  const delays = frames.map((frame) => frame.delay)
  return {
    width: canvas.width,
    height: canvas.height,
    // Behind a background colour, which readers ignore, stands the number of plays.
    ...animation(delays, new Reader(control.data, 'webp', 4).u16le()),
    alpha: canvas.alpha || frames.some((frame) => frame.alpha),
    lossless: frames.every((frame) => frame.lossless),
  }
}

/** A frame's place (in steps of two pixels), size, milliseconds and flags, then its picture. */
function readFrame(data: Uint8Array, canvas: Canvas): WebpPicture & { delay: number } {
  const reader = new Reader(data, 'webp')
  const x = reader.u24le() * 2
  const y = reader.u24le() * 2
  const width = reader.u24le() + 1
  const height = reader.u24le() + 1
  const delay = reader.u24le()
  reader.skip(1)
  const picture = readPicture(readChunks(reader.take(reader.left)))
  const fits = x + width <= canvas.width && y + height <= canvas.height
  if (!fits || picture.width !== width || picture.height !== height) throw reader.broken('a frame of a wrong size')
  return { ...picture, delay }
}
