import { play, readStill } from './play.js'
import { readRows } from './rows.js'
import type { Apng, ApngFrame } from './types.js'

/**
 * What two animations tell apart, or `null`: size, number of plays and frames, delays, the still picture, and every
 * pixel of every frame as it is shown. With 16 bits, that every frame holds the same samples and is drawn alike.
 * @throws BrokenImageError when either does not decode
 */
export function compareApngs(source: Apng, result: Apng): string | null {
  const { layout, frames } = source
  if (layout.width !== result.layout.width || layout.height !== result.layout.height) return 'another size'
  if (source.plays !== result.plays) return 'another number of plays'
  if (frames.length !== result.frames.length) return 'another number of frames'
  if (frames.some(({ delay }, i) => !equal(delay, result.frames[i]?.delay))) return 'frames are shown for other times'
  return layout.bits > 8 || result.layout.bits > 8 ? compareSamples(source, result) : compareShown(source, result)
}

function compareShown(source: Apng, result: Apng): string | null {
  const still = readStill(source)
  const other = readStill(result)
  if ((still === null) !== (other === null)) return 'the still picture is another frame'
  if (still !== null && !equalWords(still, other)) return 'pixels of the still picture changed'
  const shown = play(result)
  for (const { pixels } of play(source)) {
    if (!equalWords(pixels, shown.next().value?.pixels)) return 'pixels changed'
  }
  return null
}

function compareSamples(source: Apng, result: Apng): string | null {
  const { layout } = source
  const { bits, colourType, palette, transparency } = result.layout
  const alike = layout.bits === bits && layout.colourType === colourType && equal(layout.palette, palette)
  if (!alike || !equal(layout.transparency, transparency)) return 'another colour type'
  if ((source.still === null) !== (result.still === null)) return 'the still picture is another frame'
  const rows = (data: Uint8Array, { width, height }: { width: number; height: number }) =>
    readRows(data, layout, width, height)
  if (source.still && result.still && !equal(rows(source.still, layout), rows(result.still, layout))) {
    return 'pixels of the still picture changed'
  }
  const same = source.frames.every((frame, i) => {
    const other = result.frames[i]
    return other !== undefined && placedAlike(frame, other) && equal(rows(frame.data, frame), rows(other.data, other))
  })
  return same ? null : 'pixels changed'
}

function placedAlike(a: ApngFrame, b: ApngFrame): boolean {
  const keys = ['x', 'y', 'width', 'height', 'disposal', 'blend'] as const
  return keys.every((key) => a[key] === b[key])
}

function equal(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0
}

function equalWords(a: Uint32Array, b: Uint32Array | null | undefined): boolean {
  return b?.length === a.length && a.every((word, i) => word === b[i])
}
