import { crc32, deflateSync } from 'node:zlib'

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** @typedef {{ type: string, data: Buffer }} Chunk */

/**
 * The chunks of a PNG in file order.
 *
 * @param {Buffer} png
 * @returns {Chunk[]}
 */
function chunksOf(png) {
  /** @type {Chunk[]} */
  const chunks = []
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at)
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) })
    at += length + 12
  }
  return chunks
}

/** @param {Chunk[]} chunks */
function pngOf(chunks) {
  const parts = chunks.map(({ type, data }) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    return Buffer.concat([uint32(data.length), body, uint32(crc32(body))])
  })
  return Buffer.concat([signature, ...parts])
}

/**
 * An animated PNG from still ones of the same size and colour type, each shown for `delay` milliseconds.
 *
 * @param {Buffer[]} frames
 * @param {{ delay: number, loop: number }} timing `loop` 0 is forever
 */
export function animate(frames, { delay, loop }) {
  const header = chunksOf(frames[0] ?? Buffer.alloc(0)).find((chunk) => chunk.type === 'IHDR')
  if (!header) throw new TypeError('An animation needs at least one PNG frame')
  const chunks = [header, { type: 'acTL', data: Buffer.concat([uint32(frames.length), uint32(loop)]) }]
  let sequence = 0
  for (const [index, frame] of frames.entries()) {
    const size = header.data.subarray(0, 8)
    const timing = Buffer.from([delay >> 8, delay & 255, 1000 >> 8, 1000 & 255, 0, 0])
    chunks.push({ type: 'fcTL', data: Buffer.concat([uint32(sequence++), size, Buffer.alloc(8), timing]) })
    for (const { type, data } of chunksOf(frame)) {
      if (type !== 'IDAT') continue
      chunks.push(index === 0 ? { type, data } : { type: 'fdAT', data: Buffer.concat([uint32(sequence++), data]) })
    }
  }
  return pngOf([...chunks, { type: 'IEND', data: Buffer.alloc(0) }])
}

/**
 * A black and white PNG at one bit per pixel without filters.
 *
 * @param {number} size width and height, a multiple of 8
 * @param {() => number} random
 */
export function blackAndWhiteNoise(size, random) {
  const rows = Buffer.alloc((size / 8 + 1) * size, 0)
  for (let index = 0; index < rows.length; index++) {
    if (index % (size / 8 + 1)) rows[index] = Math.floor(random() * 256)
  }
  const header = Buffer.concat([uint32(size), uint32(size), Buffer.from([1, 0, 0, 0, 0])])
  return pngOf([
    { type: 'IHDR', data: header },
    { type: 'IDAT', data: deflateSync(rows, { level: 9 }) },
    { type: 'IEND', data: Buffer.alloc(0) },
  ])
}

/**
 * Adds the text that image editors leave behind.
 *
 * @param {Buffer} png
 * @param {Record<string, string>} texts
 */
export function withText(png, texts) {
  const [header, ...rest] = chunksOf(png)
  if (!header) throw new TypeError('Not a PNG')
  const added = Object.entries(texts).map(([key, value]) => ({
    type: 'tEXt',
    data: Buffer.from(`${key}\0${value}`, 'latin1'),
  }))
  return pngOf([header, ...added, ...rest])
}

/**
 * The same PNG with one wrong bit in the check sum of its first pixel chunk.
 *
 * @param {Buffer} png
 */
export function withWrongChecksum(png) {
  const broken = Buffer.from(png)
  const at = broken.indexOf('IDAT')
  const last = at + 4 + broken.readUInt32BE(at - 4) + 3
  broken[last] = (broken[last] ?? 0) ^ 1
  return broken
}

/**
 * The packed rows of a PNG, each behind the number of its filter.
 *
 * @param {Buffer} png
 */
export function pixelData(png) {
  return Buffer.concat(chunksOf(png).flatMap(({ type, data }) => (type === 'IDAT' ? [data] : [])))
}

/** @param {number} value */
function uint32(value) {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
