import type { Gif, GifExtension, Rect } from './types.js'

/** A frame ready to be stored. */
export interface StoredFrame extends Rect {
  disposal: number
  waitsForUser: boolean
  delay: number
  transparent: number
  interlaced: boolean
  /** Red, green, blue bytes, a power of two of entries, or null for the global palette. */
  localPalette: Uint8Array | null
  /** Write a graphic control extension even if it says nothing; some decoders report a delay of 0 and none apart. */
  hasControl: boolean
  minCodeSize: number
  /** Data sub-blocks with their length bytes and terminator. */
  blocks: Uint8Array
}

/** The parts of a file that are not frames. */
export type GifShell = Pick<
  Gif,
  'version' | 'width' | 'height' | 'globalPalette' | 'background' | 'aspect' | 'loop' | 'hasNearColours'
>

/** Resolution (bits 4 to 6, one less than meant) and sort flag (bit 3) of the screen's packed field. */
export const SCREEN_BITS = 0x78
/** Six bits a channel and sorted: see {@link Gif.hasNearColours}. */
export const NEAR_COLOURS: number = (5 << 4) | 8
/** Eight bits a channel and not sorted, as every encoder of today says. */
const TRUE_COLOURS = 7 << 4

/** Puts a GIF together. Extensions go before the frame they name. */
export function writeGif(shell: GifShell, frames: StoredFrame[], extensions: GifExtension[]): Uint8Array {
  const parts: Uint8Array[] = []
  for (const [number, frame] of frames.entries()) {
    for (const extension of extensions) if (extension.beforeFrame === number) parts.push(extension.bytes)
    const control = controlOf(frame)
    if (control) parts.push(control)
    parts.push(...imageOf(frame))
  }
  for (const extension of extensions) if (extension.beforeFrame >= frames.length) parts.push(extension.bytes)
  const needs89a = parts.some((part) => part[0] === 0x21) || shell.loop !== null
  const head = headOf({ ...shell, version: needs89a ? '89a' : shell.version })
  return concat([...head, ...parts, Uint8Array.of(0x3b)])
}

/** Cuts a code stream into sub-blocks of at most 255 bytes and ends them. */
export function toSubBlocks(data: Uint8Array): Uint8Array {
  const blocks = new Uint8Array(data.length + Math.ceil(data.length / 255) + 1)
  let write = 0
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255)
    blocks[write] = part.length
    blocks.set(part, write + 1)
    write += 1 + part.length
  }
  return blocks
}

/** Pixel words as palette bytes, filled up with black to the next power of two of entries. */
export function paletteBytes(colours: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(3 << Math.max(1, Math.ceil(Math.log2(colours.length))))
  for (const [index, colour] of colours.entries()) {
    bytes[index * 3] = colour & 255
    bytes[index * 3 + 1] = (colour >>> 8) & 255
    bytes[index * 3 + 2] = (colour >>> 16) & 255
  }
  return bytes
}

function headOf(shell: GifShell): Uint8Array[] {
  const signature = new TextEncoder().encode(`GIF${shell.version}`)
  const packed = (shell.hasNearColours ? NEAR_COLOURS : TRUE_COLOURS) | sizeField(shell.globalPalette)
  const screen = Uint8Array.of(...word(shell.width), ...word(shell.height), packed, shell.background, shell.aspect)
  const palette = shell.globalPalette ? [shell.globalPalette] : []
  return [signature, screen, ...palette, ...(shell.loop === null ? [] : [loopOf(shell.loop)])]
}

function loopOf(loop: number): Uint8Array {
  const name = new TextEncoder().encode('NETSCAPE2.0')
  return Uint8Array.of(0x21, 0xff, name.length, ...name, 3, 1, ...word(loop), 0)
}

/** A graphic control extension, or null when it would say nothing and none is asked for. */
function controlOf(frame: StoredFrame): Uint8Array | null {
  const says = frame.disposal > 0 || frame.delay > 0 || frame.transparent >= 0 || frame.waitsForUser
  if (!says && !frame.hasControl) return null
  const packed = (frame.disposal << 2) | (frame.waitsForUser ? 2 : 0) | (frame.transparent >= 0 ? 1 : 0)
  return Uint8Array.of(0x21, 0xf9, 4, packed, ...word(frame.delay), Math.max(0, frame.transparent), 0)
}

function imageOf(frame: StoredFrame): Uint8Array[] {
  const packed = sizeField(frame.localPalette) | (frame.interlaced ? 0x40 : 0)
  const head = [...word(frame.x), ...word(frame.y), ...word(frame.width), ...word(frame.height), packed]
  const palette = frame.localPalette ? [frame.localPalette] : []
  return [Uint8Array.of(0x2c, ...head), ...palette, Uint8Array.of(frame.minCodeSize), frame.blocks]
}

function sizeField(palette: Uint8Array | null): number {
  return palette ? 0x80 | (Math.log2(palette.length / 3) - 1) : 0
}

function word(value: number): [number, number] {
  return [value & 255, value >>> 8]
}

function concat(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
