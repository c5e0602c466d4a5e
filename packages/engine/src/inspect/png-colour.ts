import { inflateSync } from 'node:zlib'
import { shortDigest } from './digest.js'
import { colourOfIcc, iccColourSpace } from './icc.js'
import type { PngChunk } from './png-chunks.js'
import { Reader } from './reader.js'

/** Chunks that say how colour numbers are to be read, in order of precedence (PNG third edition, 4.3). */
export const pngColourChunks = ['cICP', 'iCCP', 'sRGB', 'gAMA', 'cHRM', 'mDCV', 'cLLI'] as const

/** Large print profiles have about 2 MB; more is a bomb. */
const largestProfile = 8 * 1024 * 1024

/** `Facts.colour` of a PNG. `grey`: its pixels have one colour channel. */
export function pngColour(chunks: readonly PngChunk[], grey: boolean): string {
  const data = (type: string): Uint8Array | undefined => chunks.find((chunk) => chunk.type === type)?.data
  const cicp = data('cICP')
  if (cicp?.length === 4) return colourOfCodePoints([...cicp.subarray(0, 3)])
  const profile = data('iCCP')
  const named = profile && colourOfProfile(profile, grey)
  if (named) return named
  return data('sRGB') ? 'srgb' : colourOfGamma(data('gAMA'), data('cHRM'))
}

function colourOfCodePoints([primaries, transfer, matrix]: readonly number[]): string {
  return primaries === 1 && transfer === 13 ? 'srgb' : `cicp:${primaries}/${transfer}/${matrix}`
}

/** `null` when readers ignore the profile because it is made for another number of channels. */
function colourOfProfile(data: Uint8Array, grey: boolean): string | null {
  const profile = inflateProfile(data)
  // What cannot be read is kept apart from everything else, never taken for sRGB.
  if (!profile) return `icc:${shortDigest(data)}`
  return iccColourSpace(profile) === (grey ? 'GRAY' : 'RGB ') ? colourOfIcc(profile) : null
}

/** Name, zero, method 0, then the zlib stream. */
function inflateProfile(data: Uint8Array): Uint8Array | null {
  const nameEnd = data.indexOf(0)
  if (nameEnd < 1 || nameEnd > 79 || data[nameEnd + 1] !== 0) return null
  try {
    return inflateSync(data.subarray(nameEnd + 2), { maxOutputLength: largestProfile })
  } catch {
    return null
  }
}

/** 1/2.2 in units of 1/100,000: the gamma that stands for sRGB in files without an sRGB chunk (PNG 11.3.2.5). */
const srgbGamma = 45455

/** White point and primaries of sRGB, x y each, in units of 1/100,000. */
const srgbPrimaries = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]
/** Writers round to three or four decimals. */
const primariesTolerance = 50

function colourOfGamma(gama: Uint8Array | undefined, chrm: Uint8Array | undefined): string {
  const [gamma] = gama?.length === 4 ? numbers(gama) : [srgbGamma]
  const primaries = chrm?.length === 32 ? numbers(chrm) : srgbPrimaries
  const standard = primaries.every((value, i) => Math.abs(value - (srgbPrimaries[i] ?? 0)) <= primariesTolerance)
  if (standard) return gamma === srgbGamma ? 'srgb' : `gamma:${gamma}`
  return `gamma:${gamma}/${primaries.join(',')}`
}

function numbers(data: Uint8Array): number[] {
  const reader = new Reader(data, 'png')
  return Array.from({ length: data.length / 4 }, () => reader.u32be())
}
