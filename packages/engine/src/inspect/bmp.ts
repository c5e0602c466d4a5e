import { type BmpFile, readBmp } from '../bmp/file.js'
import { hasText } from './bytes.js'
import { shortDigest } from './digest.js'
import type { Facts, Trait } from './facts.js'
import { colourOfIcc } from './icc.js'
import { still } from './timing.js'
import { hasTrailingData } from './trailing.js'

/** Reads a BMP's headers; no pixel is decoded. @throws BrokenImageError when it is incomplete */
export function inspectBmp(bytes: Uint8Array): Facts {
  const file = readBmp(bytes)
  const { width, height, bits, masks, isKnown } = file.dib
  return {
    format: 'bmp',
    width,
    height,
    ...still,
    alpha: masks[3] !== 0,
    bitDepth: 8,
    model: bits <= 8 ? 'palette' : 'rgb',
    orientation: 1,
    colour: colourOf(file),
    lossless: true,
    traits: new Set<Trait>([
      ...(isKnown ? [] : (['variant'] as const)),
      ...(hasTrailingData(bytes, file.end) ? (['trailing-data'] as const) : []),
    ]),
  }
}

/** Only headers of 108 bytes and more say how colours are to be read: by a name, three primaries, or a profile. */
function colourOf({ header, profile }: BmpFile): string {
  if (header.length < 108) return 'srgb'
  if (profile) return hasText(header, 'DEBM', 56) ? colourOfIcc(profile) : `icc:${shortDigest(profile)}`
  if (hasText(header, 'BGRs', 56) || hasText(header, ' niW', 56)) return 'srgb'
  const calibration = header.subarray(60, 108)
  return calibration.every((byte) => byte === 0) ? 'srgb' : `gamma:${shortDigest(header.subarray(56, 108))}`
}
