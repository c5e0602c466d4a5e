import { crc32, deflateSync } from 'node:zlib'
import { losslessCompressPng, type PNGLosslessOptions } from '@napi-rs/image'
import { rankFilters } from '../codecs/png-filters.js'
import { concatBytes, latin1Bytes, u32be } from '../inspect/bytes.js'
import { pngSignature, readPngChunks } from '../inspect/png-chunks.js'
import type { Effort } from '../types.js'

/** A PNG's pixels as they are stored. */
export interface StoredPng {
  readonly width: number
  readonly height: number
  readonly bits: number
  /** PNG's number: 0 grey, 2 RGB, 3 palette, 4 and 6 the first two with alpha. */
  readonly colourType: number
  /** Filtered rows in a zlib stream. */
  readonly data: Uint8Array
  /** RGB triples; empty unless there is a palette. */
  readonly palette: Uint8Array
}

/** Samples in rows without anything between. */
export interface Samples {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  readonly bits: number
  readonly components: number
}

/** Colour types by components. Four samples of a pixel are CMYK here, which filters need not know. */
const COLOUR_TYPES: readonly (number | undefined)[] = [undefined, 0, 4, 2, 6]

/** Whether a PNG can hold such samples. */
export function fitsPng({ bits, components }: Samples): boolean {
  return COLOUR_TYPES[components] !== undefined && (bits >= 8 || components === 1)
}

/** A PNG of these samples, hardly compressed. */
export function wrapPng(samples: Samples): Uint8Array {
  const { data, width, height, bits, components } = samples
  const row = Math.ceil((width * bits * components) / 8)
  const rows = new Uint8Array((row + 1) * height)
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * row, (y + 1) * row), y * (row + 1) + 1)
  const header = [...u32be(width), ...u32be(height), bits, COLOUR_TYPES[components] ?? 0, 0, 0, 0]
  return concatBytes([
    latin1Bytes(pngSignature),
    chunk('IHDR', Uint8Array.from(header)),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', new Uint8Array()),
  ])
}

/** What is in a PNG; `null` when it has transparency or is interlaced. */
export function unwrapPng(png: Uint8Array): StoredPng | null {
  const { chunks } = readPngChunks(png)
  const find = (type: string): Uint8Array[] => chunks.filter((one) => one.type === type).map((one) => one.data)
  const header = find('IHDR')[0]
  if (header === undefined || find('tRNS').length > 0 || header[12] !== 0) return null
  const view = new DataView(header.buffer, header.byteOffset)
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    bits: header[8] ?? 0,
    colourType: header[9] ?? 0,
    data: concatBytes(find('IDAT')),
    palette: find('PLTE')[0] ?? new Uint8Array(),
  }
}

/** Asks the encoder for other rows and compression only. */
export const SAME_LAYOUT: PNGLosslessOptions = {
  bitDepthReduction: false,
  colorTypeReduction: false,
  paletteReduction: false,
  grayscaleReduction: false,
  force: true,
}

/**
 * The samples in the filtered rows that deflate best, as a PNG; the samples themselves stay what they are. `null` when
 * no PNG holds them.
 */
export async function filterPng(samples: Samples, effort: Effort): Promise<Uint8Array | null> {
  if (!fitsPng(samples)) return null
  const options: PNGLosslessOptions = { ...SAME_LAYOUT, ...filtersTried(samples, effort) }
  try {
    const png = new Uint8Array(await losslessCompressPng(wrapPng(samples), options))
    const stored = unwrapPng(png)
    const kept = stored?.bits === samples.bits && stored.colourType === COLOUR_TYPES[samples.components]
    return kept ? png : null
  } catch {
    return null
  }
}

/** Row filters tried at each effort where they can be ranked, the most promising first. */
const FILTERS_TRIED: Record<Effort, number> = { fast: 1, balanced: 2, max: 5 }

/** Pixels from which on not all filters are tried where they cannot. */
const LARGE = 1e6

function filtersTried({ data, width, height, bits, components }: Samples, effort: Effort): PNGLosslessOptions {
  if (bits === 8 && (components === 3 || components === 4)) {
    const ranked = rankFilters({ data, width, height, channels: components })
    return { filter: ranked.slice(0, FILTERS_TRIED[effort]).map(({ filter }) => filter) }
  }
  if (effort === 'max' || (effort === 'balanced' && width * height < LARGE)) return {}
  return { filter: effort === 'fast' ? [0, 1] : [0, 1, 2] }
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = concatBytes([latin1Bytes(type), data])
  return concatBytes([u32be(data.length), body, u32be(crc32(body))])
}
