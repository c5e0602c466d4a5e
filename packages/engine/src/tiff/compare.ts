import { isPicture, type Layout, readLayout, rowBytes, rowsOf, segmentsOfPlane } from './layout.js'
import { type Directory, readTiff, type TiffFile } from './read.js'
import { directoryTags, droppedTags, layoutTags } from './tags.js'
import { unpackSegment } from './unpack.js'

/**
 * What two TIFFs tell apart, or `null`: pages and smaller versions, every sample, and every field that is neither
 * metadata nor about how samples are stored.
 * @throws BrokenImageError when either does not decode
 */
export function compareTiffs(source: Uint8Array, result: Uint8Array): string | null {
  const [a, b] = [readTiff(source), readTiff(result)]
  if (a.isLittle !== b.isLittle) return 'another byte order'
  return compareAll(a, a.pages, b, b.pages)
}

function compareAll(
  a: TiffFile,
  before: readonly Directory[],
  b: TiffFile,
  after: readonly Directory[],
): string | null {
  if (before.length !== after.length) return 'another number of pages'
  for (const [i, directory] of before.entries()) {
    const other = after[i]
    const objection = other ? compareDirectories(a, directory, b, other) : 'another number of pages'
    if (objection !== null) return objection
  }
  return null
}

function compareDirectories(a: TiffFile, before: Directory, b: TiffFile, after: Directory): string | null {
  for (const { tag, type, value } of after.fields.values()) {
    if (layoutTags.has(tag) || directoryTags.has(tag)) continue
    const field = before.fields.get(tag)
    if (field?.type !== type || Buffer.compare(field.value, value) !== 0) return `field ${tag} changed`
  }
  const mayGo = droppedTags.none
  const lost = [...before.fields.keys()].find(
    (tag) => !after.fields.has(tag) && !layoutTags.has(tag) && !mayGo.has(tag),
  )
  if (lost !== undefined) return `field ${lost} is gone`
  for (const [tag, below] of after.children) {
    const objection = compareAll(a, before.children.get(tag) ?? [], b, below)
    if (objection !== null) return objection
  }
  return isPicture(before) ? comparePages(a, readLayout(a, before), b, readLayout(b, after)) : null
}

const shape = ['width', 'height', 'bits', 'samples', 'isPlanar', 'isTiled', 'segmentWidth'] as const

function comparePages(a: TiffFile, before: Layout | null, b: TiffFile, after: Layout | null): string | null {
  if (before === null || after === null) return 'a page of a kind that has no reader'
  if (shape.some((key) => before[key] !== after[key])) return 'samples lie in another way'
  const others = blocksOf(b, after)
  let [held, at] = [new Uint8Array() as Uint8Array, 0]
  for (const block of blocksOf(a, before)) {
    for (let from = 0; from < block.length; ) {
      if (at === held.length) [held, at] = [others.next().value ?? new Uint8Array(), 0]
      const length = Math.min(block.length - from, held.length - at)
      if (length === 0) return 'samples are missing'
      if (Buffer.compare(block.subarray(from, from + length), held.subarray(at, at + length)) !== 0)
        return 'samples changed'
      from += length
      at += length
    }
  }
  return at === held.length && others.next().done ? null : 'there are more samples'
}

/** Samples in order, a strip or tile at a time. */
function* blocksOf({ isLittle }: TiffFile, layout: Layout): Generator<Uint8Array, undefined> {
  const count = segmentsOfPlane(layout) * (layout.isPlanar ? layout.samples : 1)
  for (let i = 0; i < count; i++)
    yield unpackSegment(layout, i, isLittle).subarray(0, rowBytes(layout) * rowsOf(layout, i))
  return undefined
}
