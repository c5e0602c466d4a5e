import type { GifFrame } from './types.js'
import { BrokenGifError } from './types.js'

const MAX_CODES = 4096

/** What a frame's data can hold at most: each code stands for one pixel more than any before it, up to 4,096. */
function mostPixels({ blocks, minCodeSize }: GifFrame): number {
  const codes = Math.ceil((blocks.length * 8) / (minCodeSize + 1))
  return codes * Math.min(codes, MAX_CODES)
}

/** Decodes frames one after the other with tables made once. Not shared between interleaved decodes. */
export class FrameDecoder {
  readonly #prefix = new Uint16Array(MAX_CODES)
  readonly #suffix = new Uint8Array(MAX_CODES)
  readonly #first = new Uint8Array(MAX_CODES)
  readonly #length = new Uint16Array(MAX_CODES)
  #data = new Uint8Array(0)
  #pixels = new Uint8Array(0)
  #rows = new Uint8Array(0)

  /**
   * Palette indices of a frame, row by row from the top, interlacing undone. The array is overwritten by the next call.
   * Data past the last pixel is ignored, as every viewer does.
   * @throws BrokenGifError when a code is impossible or the data ends before the last pixel
   */
  decode(frame: GifFrame): Uint8Array {
    const count = frame.width * frame.height
    if (count > mostPixels(frame)) throw new BrokenGifError(`too little data for ${count} pixels`)
    if (this.#pixels.length < count) this.#pixels = new Uint8Array(count)
    this.#expand(this.#join(frame.blocks), frame.minCodeSize, count)
    const pixels = this.#pixels.subarray(0, count)
    return frame.interlaced ? this.#deinterlace(pixels, frame.width, frame.height) : pixels
  }

  #join(blocks: Uint8Array): Uint8Array {
    if (this.#data.length < blocks.length) this.#data = new Uint8Array(blocks.length)
    let size = 0
    for (let at = 0, length = blocks[0] ?? 0; length > 0; length = blocks[at] ?? 0) {
      this.#data.set(blocks.subarray(at + 1, at + 1 + length), size)
      size += length
      at += 1 + length
    }
    return this.#data.subarray(0, size)
  }

  #expand(data: Uint8Array, minCodeSize: number, count: number): void {
    const prefix = this.#prefix
    const suffix = this.#suffix
    const first = this.#first
    const lengths = this.#length
    const out = this.#pixels
    const clear = 1 << minCodeSize
    for (let code = 0; code < clear; code++) {
      suffix[code] = code
      first[code] = code
      lengths[code] = 1
    }
    let width = minCodeSize + 1
    let next = clear + 2
    let previous = -1
    let bits = 0
    let bitCount = 0
    let at = 0
    let done = 0
    while (done < count) {
      while (bitCount < width) {
        if (at >= data.length) throw new BrokenGifError(`pixel data ends after ${done} of ${count} pixels`)
        bits |= (data[at++] as number) << bitCount
        bitCount += 8
      }
      const code = bits & ((1 << width) - 1)
      bits >>>= width
      bitCount -= width
      if (code === clear) {
        width = minCodeSize + 1
        next = clear + 2
        previous = -1
        continue
      }
      if (code === clear + 1) throw new BrokenGifError(`pixel data stops after ${done} of ${count} pixels`)
      // Once the table is full every 12-bit code has a meaning.
      if (previous < 0 ? code > clear : code > next) throw new BrokenGifError('impossible LZW code')
      if (previous >= 0 && next < MAX_CODES) {
        prefix[next] = previous
        first[next] = first[previous] as number
        suffix[next] = first[code === next ? previous : code] as number
        lengths[next] = (lengths[previous] as number) + 1
        next++
        if (next === 1 << width && width < 12) width++
      }
      const length = lengths[code] as number
      let write = done + length - 1
      done += length
      let node = code
      for (; write >= count; write--) node = prefix[node] as number
      for (; write > done - length; write--) {
        out[write] = suffix[node] as number
        node = prefix[node] as number
      }
      out[write] = suffix[node] as number
      previous = code
    }
  }

  /** Rows come in four passes: every 8th from 0, every 8th from 4, every 4th from 2, every 2nd from 1. */
  #deinterlace(pixels: Uint8Array, width: number, height: number): Uint8Array {
    if (this.#rows.length < pixels.length) this.#rows = new Uint8Array(pixels.length)
    let from = 0
    for (const [start, step] of [
      [0, 8],
      [4, 8],
      [2, 4],
      [1, 2],
    ] as const) {
      for (let y = start; y < height; y += step) {
        this.#rows.set(pixels.subarray(from, from + width), y * width)
        from += width
      }
    }
    return this.#rows.subarray(0, pixels.length)
  }
}
