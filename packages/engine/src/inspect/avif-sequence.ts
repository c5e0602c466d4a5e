import { type Box, descend, findBox, openFullBox, readBoxes } from './bmff.js'
import { BrokenImageError } from './broken.js'
import { Reader } from './reader.js'
import { animation, type Timing } from './timing.js'

/** The picture track of an AVIF image sequence. */
export interface Sequence {
  readonly timing: Timing
  readonly width: number
  readonly height: number
  /** Codec and colour of the coded pictures, in the form of item properties. */
  readonly properties: readonly Box[]
  readonly alpha: boolean
}

/** Reads the first picture track of a `moov` box. @throws BrokenImageError when there is none */
export function readSequence(movie: Box, fileSize: number): Sequence {
  const tracks = readBoxes(movie.data).filter(({ type }) => type === 'trak')
  const byHandler = tracks.map((track) => ({ track: readBoxes(track.data), handler: handlerOf(track) }))
  const pictures =
    byHandler.find(({ handler }) => handler === 'pict') ?? byHandler.find(({ handler }) => handler === 'vide')
  if (!pictures) throw new BrokenImageError('avif', 'no picture track')
  const alpha = byHandler.some(({ handler }) => handler === 'auxv')
  return { ...readTrack(pictures.track, fileSize), alpha }
}

/** What a track holds: `pict`, `auxv` (alpha), `soun`. */
function handlerOf(track: Box): string {
  const handler = findBox(descend(readBoxes(track.data), 'mdia'), 'hdlr')
  if (!handler) return ''
  const { reader } = openFullBox(handler)
  reader.skip(4)
  return reader.text(4)
}

function readTrack(track: readonly Box[], fileSize: number): Omit<Sequence, 'alpha'> {
  const table = descend(track, 'mdia', 'minf', 'stbl')
  const description = findBox(table, 'stsd')
  if (!description) throw new BrokenImageError('avif', 'no sample description')
  const [entry] = readBoxes(description.data.subarray(8))
  if (entry?.type !== 'av01') throw new BrokenImageError('avif', 'a sequence of another codec')
  const reader = new Reader(entry.data, 'avif', 24)
  const width = reader.u16be()
  const height = reader.u16be()
  // The rest of a visual sample entry (14496-12, 12.1.3) has a fixed size.
  reader.skip(50)
  const properties = readBoxes(reader.take(reader.left))
  const timescale = readTimescale(descend(track, 'mdia'))
  const ticks = readDurations(table, readFrameCount(table, fileSize))
  return {
    timing: animation(
      ticks.map((tick) => (tick * 1000) / timescale),
      0,
    ),
    width,
    height,
    properties,
  }
}

/** Ticks per second. */
function readTimescale(media: readonly Box[]): number {
  const header = findBox(media, 'mdhd')
  if (!header) throw new BrokenImageError('avif', 'no media header')
  const { reader, version } = openFullBox(header)
  reader.skip(version === 1 ? 16 : 8)
  return reader.u32be() || 1
}

/** Every frame has at least a byte, so a count beyond the file's size is a lie. */
function readFrameCount(table: readonly Box[], fileSize: number): number {
  const sizes = findBox(table, 'stsz')
  if (!sizes) throw new BrokenImageError('avif', 'no sample sizes')
  const { reader } = openFullBox(sizes)
  reader.skip(4)
  const count = reader.u32be()
  if (count === 0 || count > fileSize) throw reader.broken(`${count} frames`)
  return count
}

/** Run lengths of equal durations, spread out to one per frame. */
function readDurations(table: readonly Box[], frames: number): number[] {
  const runs = findBox(table, 'stts')
  if (!runs) throw new BrokenImageError('avif', 'no sample times')
  const { reader } = openFullBox(runs)
  const durations: number[] = []
  for (let entries = reader.u32be(); entries > 0; entries--) {
    const count = reader.u32be()
    const duration = reader.u32be()
    if (durations.length + count > frames) throw reader.broken('more times than frames')
    for (let i = 0; i < count; i++) durations.push(duration)
  }
  if (durations.length !== frames) throw reader.broken('fewer times than frames')
  return durations
}
