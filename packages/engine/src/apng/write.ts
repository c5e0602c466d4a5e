import { concatBytes, latin1Bytes, u32be } from '../inspect/bytes.js'
import { pngSignature } from '../inspect/png-chunks.js'
import { writeChunk } from '../metadata/png.js'
import type { Apng, ApngFrame, PngLayout } from './types.js'

/** An animation as a file; `extras` are further chunks, as they are, in front of the picture data. */
export function writeApng(apng: Apng, extras: readonly Uint8Array[] = []): Uint8Array {
  const { layout, frames, plays, still } = apng
  const parts = [latin1Bytes(pngSignature), writeHeader(layout), ...extras]
  if (layout.palette.length > 0) parts.push(writeChunk('PLTE', layout.palette))
  if (layout.transparency.length > 0) parts.push(writeChunk('tRNS', layout.transparency))
  parts.push(writeChunk('acTL', concatBytes([u32be(frames.length), u32be(plays)])))
  if (still) parts.push(writeChunk('IDAT', still))
  let sequence = 0
  for (const [i, frame] of frames.entries()) {
    parts.push(writeChunk('fcTL', concatBytes([u32be(sequence++), controlOf(frame)])))
    if (i === 0 && still === null) parts.push(writeChunk('IDAT', frame.data))
    else parts.push(writeChunk('fdAT', concatBytes([u32be(sequence++), frame.data])))
  }
  return concatBytes([...parts, writeChunk('IEND', new Uint8Array())])
}

function writeHeader({ width, height, bits, colourType }: PngLayout): Uint8Array {
  return writeChunk('IHDR', concatBytes([u32be(width), u32be(height), Uint8Array.of(bits, colourType, 0, 0, 0)]))
}

function controlOf({ width, height, x, y, delay, disposal, blend }: ApngFrame): Uint8Array {
  return concatBytes([u32be(width), u32be(height), u32be(x), u32be(y), delay, Uint8Array.of(disposal, blend)])
}
