import { BrokenImageError } from './broken.js'
import { concatBytes, hasText } from './bytes.js'
import type { Facts } from './facts.js'
import { colourOfIcc } from './icc.js'
import { Reader } from './reader.js'
import { animation } from './timing.js'
import { hasTrailingData } from './trailing.js'

/** Reads a GIF block by block (GIF89a). A missing trailer is common and tolerated. @throws BrokenImageError */
export function inspectGif(bytes: Uint8Array): Facts {
  if (!hasText(bytes, 'GIF87a') && !hasText(bytes, 'GIF89a')) throw new BrokenImageError('gif', 'no signature')
  const reader = new Reader(bytes, 'gif', 6)
  const screen = readScreen(reader)
  const found: Found = { delays: [], pending: null, transparent: false, loop: 1, profile: null, right: 0, bottom: 0 }
  while (readBlock(reader, found));
  if (found.delays.length === 0) throw reader.broken('no picture')
  return {
    format: 'gif',
    width: screen.width || found.right,
    height: screen.height || found.bottom,
    ...animation(found.delays, found.loop),
    alpha: found.transparent,
    bitDepth: 8,
    model: 'palette',
    orientation: 1,
    colour: found.profile ? colourOfIcc(found.profile) : 'srgb',
    lossless: true,
    traits: new Set(hasTrailingData(bytes, reader.position) ? ['trailing-data'] : []),
  }
}

/** What the blocks read so far have told. */
interface Found {
  /** One per complete picture. */
  readonly delays: number[]
  /** Delay from a graphic control that waits for its picture. */
  pending: number | null
  transparent: boolean
  loop: number
  profile: Uint8Array | null
  /** How far pictures reach, for files whose screen has no size. */
  right: number
  bottom: number
}

const introducer = { extension: 0x21, image: 0x2c, trailer: 0x3b } as const
const label = { graphicControl: 0xf9, application: 0xff } as const

/** Screen size; a global colour table behind it is passed over. */
function readScreen(reader: Reader): { width: number; height: number } {
  const width = reader.u16le()
  const height = reader.u16le()
  const packed = reader.u8()
  reader.skip(2)
  reader.skip(tableSize(packed))
  return { width, height }
}

/** Bytes of the colour table that a packed field announces. */
function tableSize(packed: number): number {
  return packed & 0x80 ? 3 << ((packed & 7) + 1) : 0
}

/** Reads one block; `false` at the trailer, or at an end of file in its place. */
function readBlock(reader: Reader, found: Found): boolean {
  if (reader.left === 0) return false
  reader.countPart()
  const kind = reader.u8()
  if (kind === introducer.trailer) return false
  if (kind === introducer.image) readImage(reader, found)
  else if (kind === introducer.extension) readExtension(reader, found)
  // Some writers leave stray block terminators between blocks; browsers skip them.
  else if (kind !== 0) throw reader.broken('an unknown block')
  return true
}

function readImage(reader: Reader, found: Found): void {
  const left = reader.u16le()
  const top = reader.u16le()
  found.right = Math.max(found.right, left + reader.u16le())
  found.bottom = Math.max(found.bottom, top + reader.u16le())
  reader.skip(tableSize(reader.u8()))
  const codeSize = reader.u8()
  if (codeSize < 1 || codeSize > 11) throw reader.broken('a code size that does not exist')
  if (skipSubBlocks(reader) === 0) throw reader.broken('a picture without data')
  found.delays.push(found.pending ?? 0)
  found.pending = null
}

function readExtension(reader: Reader, found: Found): void {
  const kind = reader.u8()
  if (kind === label.graphicControl) {
    const [first] = readSubBlocks(reader)
    if (first) readGraphicControl(first, found)
  } else if (kind === label.application) {
    const [name, ...rest] = readSubBlocks(reader)
    if (name) readApplication(name, rest, found)
  } else skipSubBlocks(reader)
}

/** Packed field, delay in hundredths of a second, transparent colour. */
function readGraphicControl(data: Uint8Array, found: Found): void {
  const [packed = 0, low = 0, high = 0] = data
  found.pending = (low | (high << 8)) * 10
  if (packed & 1) found.transparent = true
}

function readApplication(name: Uint8Array, rest: readonly Uint8Array[], found: Found): void {
  if (hasText(name, 'NETSCAPE2.0') || hasText(name, 'ANIMEXTS1.0')) {
    // Sub-block 1 of the extension holds the count; 2, a buffer size, is not for us.
    const count = rest.find((block) => block.length >= 3 && block[0] === 1)
    if (count) found.loop = plays((count[1] ?? 0) | ((count[2] ?? 0) << 8))
  } else if (hasText(name, 'ICCRGBG1012')) {
    found.profile = concatBytes(rest)
  }
}

/** The extension counts repetitions after the first showing, as browsers take it; 0 is for ever. */
function plays(repetitions: number): number {
  return repetitions === 0 ? 0 : repetitions + 1
}

/** Passes over data up to the empty block that ends it; how many bytes there were. Blocks may be as short as a byte. */
function skipSubBlocks(reader: Reader): number {
  let sum = 0
  for (let size = reader.u8(); size > 0; size = reader.u8()) {
    reader.skip(size)
    sum += size
  }
  return sum
}

/** The data of an extension, block by block. */
function readSubBlocks(reader: Reader): Uint8Array[] {
  const blocks: Uint8Array[] = []
  for (let size = reader.u8(); size > 0; size = reader.u8()) {
    reader.countPart()
    blocks.push(reader.take(size))
  }
  return blocks
}
