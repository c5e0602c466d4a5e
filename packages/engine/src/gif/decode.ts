import type { Disposal, Gif, GifFrame } from './types.js'
import { BrokenGifError } from './types.js'
import { NEAR_COLOURS, SCREEN_BITS } from './write.js'

const IMAGE = 0x2c
const EXTENSION = 0x21
const TRAILER = 0x3b
const GRAPHIC_CONTROL = 0xf9
const PLAIN_TEXT = 0x01
const COMMENT = 0xfe
const APPLICATION = 0xff

interface Control {
  disposal: Disposal
  waitsForUser: boolean
  delay: number
  transparent: number
}

/**
 * Takes a GIF apart without decoding pixels. Bytes after the trailer are ignored; it may be missing behind a frame, as it
 * does for browsers.
 * @throws BrokenGifError when a block is cut short or unknown
 */
export function parseGif(bytes: Uint8Array): Gif {
  return new Parser(bytes).parse()
}

class Parser {
  readonly #bytes: Uint8Array
  #at = 0
  #control: Control | null = null

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  parse(): Gif {
    const gif = this.#screen()
    for (;;) {
      if (this.#at === this.#bytes.length && gif.frames.length > 0 && this.#control === null) return gif
      const introducer = this.#byte()
      if (introducer === TRAILER) return gif
      if (introducer === IMAGE) gif.frames.push(this.#image())
      else if (introducer === EXTENSION) this.#extension(gif)
      else throw new BrokenGifError(`unknown block 0x${introducer.toString(16)} at byte ${this.#at - 1}`)
    }
  }

  #byte(): number {
    const value = this.#bytes[this.#at]
    if (value === undefined) throw new BrokenGifError('the file ends inside a block')
    this.#at++
    return value
  }

  #word(): number {
    return this.#byte() | (this.#byte() << 8)
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new BrokenGifError('the file ends inside a block')
    const part = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }

  #screen(): Gif {
    const signature = String.fromCharCode(...this.#take(6))
    if (signature !== 'GIF87a' && signature !== 'GIF89a') throw new BrokenGifError('not a GIF')
    const width = this.#word()
    const height = this.#word()
    const packed = this.#byte()
    const background = this.#byte()
    const aspect = this.#byte()
    const globalPalette = this.#palette(packed)
    const version = signature === 'GIF87a' ? '87a' : '89a'
    const lists = { frames: [], extensions: [] }
    const flags = { hasPlainText: false, hasNearColours: (packed & SCREEN_BITS) === NEAR_COLOURS }
    return { version, width, height, globalPalette, background, aspect, loop: null, ...flags, ...lists }
  }

  #palette(packed: number): Uint8Array | null {
    return packed & 0x80 ? this.#take(3 << ((packed & 7) + 1)) : null
  }

  #image(): GifFrame {
    const rect = { x: this.#word(), y: this.#word(), width: this.#word(), height: this.#word() }
    const packed = this.#byte()
    const localPalette = this.#palette(packed)
    const minCodeSize = this.#byte()
    if (minCodeSize < 1 || minCodeSize > 8) throw new BrokenGifError(`impossible LZW code size ${minCodeSize}`)
    const blocks = this.#subBlocks()
    const control = this.#control ?? { disposal: 0, waitsForUser: false, delay: 0, transparent: -1 }
    const hasControl = this.#control !== null
    this.#control = null
    return { ...rect, ...control, interlaced: (packed & 0x40) !== 0, localPalette, minCodeSize, blocks, hasControl }
  }

  /** Passes over data sub-blocks and returns them with their length bytes and the terminator. */
  #subBlocks(): Uint8Array {
    const start = this.#at
    // There may be as many as bytes: no view of each.
    for (let length = this.#byte(); length > 0; length = this.#byte()) this.#at += length
    return this.#bytes.subarray(start, this.#at)
  }

  #extension(gif: Gif): void {
    const start = this.#at - 1
    const label = this.#byte()
    const blocks = this.#subBlocks()
    const keep = (kind: 'comment' | 'profile' | 'application') =>
      gif.extensions.push({ kind, beforeFrame: gif.frames.length, bytes: this.#bytes.subarray(start, this.#at) })
    if (label === GRAPHIC_CONTROL) this.#control = readControl(blocks)
    else if (label === COMMENT) keep('comment')
    else if (label === PLAIN_TEXT) {
      gif.hasPlainText = true
      this.#control = null
    } else if (label === APPLICATION) {
      const name = String.fromCharCode(...blocks.subarray(1, 12))
      const loop = readLoop(name, blocks)
      if (loop !== null) gif.loop ??= loop
      else keep(name === 'ICCRGBG1012' ? 'profile' : 'application')
    }
  }
}

/** 4 to 7 are not defined. Browsers take 4 for what once was meant by its bit, and let the frame stay for the others. */
const disposals: readonly Disposal[] = [0, 1, 2, 3, 3]

function readControl(blocks: Uint8Array): Control {
  const [length, packed = 0, low = 0, high = 0, transparent = 0] = blocks
  if (length !== 4) throw new BrokenGifError('graphic control extension of a wrong length')
  return {
    disposal: disposals[(packed >> 2) & 7] ?? 0,
    waitsForUser: (packed & 2) !== 0,
    delay: low | (high << 8),
    transparent: packed & 1 ? transparent : -1,
  }
}

/** The repeat count of a looping extension, in its two spellings; null when this is another application's block. */
function readLoop(name: string, blocks: Uint8Array): number | null {
  if (name !== 'NETSCAPE2.0' && name !== 'ANIMEXTS1.0') return null
  if (blocks[12] !== 3 || ((blocks[13] ?? 0) & 7) !== 1) return null
  return (blocks[14] ?? 0) | ((blocks[15] ?? 0) << 8)
}
