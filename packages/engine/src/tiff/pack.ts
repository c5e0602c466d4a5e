import { deflateSync } from 'node:zlib'
import { deflatePixels } from '../pdf/deflate.js'
import type { Effort } from '../types.js'
import { type Layout, predictor, rowBytes, rowsOf, scheme, segmentsOfPlane } from './layout.js'
import { subtractLeft } from './predict.js'
import { stepOf, undoesDifference, unpackSegment } from './unpack.js'

/** Strips that are shorter leave compression too little to refer to; longer ones gain next to nothing and take memory. */
const STRIP_BYTES = 2 ** 18

/** Strips or tiles that both ways of prediction are tried on. */
const TRIED = 6

/** A page's pixels under Deflate, the same samples, with or without differences, whichever is smaller. */
export async function packLayout(layout: Layout, isLittle: boolean, effort: Effort): Promise<Layout> {
  const packed = { ...layout, ...stripsOf(layout), compression: scheme.deflate }
  const read = samplesOf(layout, packed, isLittle)
  const count = segmentsOfPlane(packed) * (layout.isPlanar ? layout.samples : 1)
  const kind = choosePredictor(packed, read, count, isLittle)
  const segments: Uint8Array[] = []
  for (let i = 0; i < count; i++) {
    segments.push(await deflatePixels(predict(read(i), packed, kind, isLittle), effort))
  }
  return { ...packed, predictor: kind, segments }
}

function stripsOf(layout: Layout): Pick<Layout, 'segmentHeight'> {
  if (layout.isTiled) return layout
  const rows = Math.max(1, Math.floor(STRIP_BYTES / rowBytes(layout)))
  return { segmentHeight: Math.min(layout.height, rows) }
}

type ReadSegment = (index: number) => Uint8Array

/** Samples of the new strips or tiles, put together from the old ones. */
function samplesOf(layout: Layout, packed: Layout, isLittle: boolean): ReadSegment {
  if (layout.segmentHeight === packed.segmentHeight) return (index) => unpackSegment(layout, index, isLittle)
  const row = rowBytes(layout)
  let held = { index: -1, rows: new Uint8Array() as Uint8Array }
  const rowAt = (plane: number, y: number): Uint8Array => {
    const index = plane * segmentsOfPlane(layout) + Math.floor(y / layout.segmentHeight)
    if (held.index !== index) held = { index, rows: unpackSegment(layout, index, isLittle) }
    const at = (y % layout.segmentHeight) * row
    return held.rows.subarray(at, at + row)
  }
  return (index) => {
    const perPlane = segmentsOfPlane(packed)
    const first = (index % perPlane) * packed.segmentHeight
    const rows = new Uint8Array(rowsOf(packed, index) * row)
    for (let at = 0, y = first; at < rows.length; at += row, y++) rows.set(rowAt(Math.floor(index / perPlane), y), at)
    return rows
  }
}

/** Differences of whole numbers only: photos need them, drawings are better without. */
function choosePredictor(layout: Layout, read: ReadSegment, count: number, isLittle: boolean): number {
  const isFixed = layout.predictor !== predictor.none && !undoesDifference(layout)
  if (isFixed) return layout.predictor
  if (layout.bits !== 8 && layout.bits !== 16) return predictor.none
  const sizes = [predictor.none, predictor.difference].map((kind) => {
    let size = 0
    for (const index of spread(count)) {
      size += deflateSync(predict(read(index), layout, kind, isLittle), { level: 6 }).length
    }
    return size
  })
  return (sizes[1] ?? 0) < (sizes[0] ?? 0) ? predictor.difference : predictor.none
}

function spread(count: number): number[] {
  const tried = Math.min(TRIED, count)
  return Array.from({ length: tried }, (_, i) => Math.floor((i * (count - 1)) / Math.max(1, tried - 1)))
}

function predict(rows: Uint8Array, layout: Layout, kind: number, isLittle: boolean): Uint8Array {
  const differs = kind === predictor.difference && (layout.bits === 8 || layout.bits === 16)
  return differs ? subtractLeft(Uint8Array.from(rows), stepOf(layout), rowBytes(layout), isLittle) : rows
}
