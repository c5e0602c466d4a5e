import { UnreadableError } from '../codecs/codec.js'
import { decode, frameOf, type Pixels } from '../codecs/pixels.js'
import { open, openRaw } from '../codecs/sharp.js'
import type { Facts } from '../inspect/facts.js'
import type { Size } from './size.js'

/**
 * Numbers are taken as they are, so that the profile keeps its meaning; alpha is multiplied in meanwhile; nothing is
 * decoded at a fraction of its size, which would be another filter.
 */
const FILTER = { fit: 'fill', kernel: 'lanczos3', fastShrinkOnLoad: false } as const

/** The pixels of a picture at another size, as `decode` gives them. @throws {UnreadableError} */
export async function decodeResized(bytes: Uint8Array, facts: Facts, size: Size): Promise<Pixels> {
  return facts.frames > 1 ? resizedFrames(bytes, facts, size) : decode(await resizedPng(bytes, facts, size))
}

/**
 * A still picture at another size as a PNG without compression, which is only read once more. Grey stays grey, 16 bits
 * stay 16. Of metadata it has what an AVIF's source has. @throws {UnreadableError}
 */
export async function resizedPng(bytes: Uint8Array, facts: Facts, { width, height }: Size): Promise<Uint8Array> {
  try {
    const image = open(bytes).resize(width, height, FILTER).toColourspace(spaceOf(facts))
    const tagged = facts.format === 'avif' ? image.keepIccProfile().keepExif() : image
    return await tagged.png({ compressionLevel: 0 }).toBuffer()
  } catch (error) {
    throw new UnreadableError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

function spaceOf({ model, bitDepth }: Facts): string {
  if (model === 'grey') return bitDepth > 8 ? 'grey16' : 'b-w'
  return bitDepth > 8 ? 'rgb16' : 'srgb'
}

/** An animation's frames below each other, each resized on its own: as one tall picture they would bleed together. */
export async function resizedFrames(bytes: Uint8Array, { frames }: Facts, size: Size): Promise<Pixels> {
  const source = await decode(bytes, { animated: true })
  const { channels } = source
  const frameSize = size.width * size.height * channels
  const data = new Uint8Array(frameSize * frames)
  for (let index = 0; index < frames; index++) {
    data.set((await resample(frameOf(source, index, frames), size)).data, index * frameSize)
  }
  return { data, width: size.width, height: size.height * frames, channels }
}

/** Raw pixels at another size. */
export async function resample(pixels: Pixels, { width, height }: Size): Promise<Pixels> {
  const data = await openRaw(pixels).resize(width, height, FILTER).raw().toBuffer()
  return { ...pixels, data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height }
}
