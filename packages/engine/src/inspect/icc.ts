import { hasText, latin1 } from './bytes.js'
import { shortDigest } from './digest.js'
import { isSrgbCurve } from './icc-curve.js'

/** The colour model that a profile describes, as its header spells it: `'RGB '`, `'GRAY'`, `'CMYK'`. */
export function iccColourSpace(profile: Uint8Array): string {
  return latin1(profile, 16, 20)
}

/** What `Facts.colour` says of a picture with this profile: `'srgb'`, or `icc:` and a digest. */
export function colourOfIcc(profile: Uint8Array): string {
  return isSrgb(profile) ? 'srgb' : `icc:${shortDigest(profile)}`
}

/** sRGB's primaries as colorants adapted to D50, X Y Z each (IEC 61966-2-1, as ICC.1 profiles write them). */
const srgbColorants: readonly (readonly [string, readonly number[]])[] = [
  ['rXYZ', [0.4361, 0.2225, 0.0139]],
  ['gXYZ', [0.3851, 0.7169, 0.0971]],
  ['bXYZ', [0.1431, 0.0606, 0.7142]],
]

/** Profiles differ in the fourth decimal by how they rounded and adapted; no other common RGB space is that close. */
const colorantTolerance = 0.002

/** Tags that overrule the matrix and the curves: look-up tables and coding-independent code points. */
const overrulingTags = ['A2B0', 'A2B1', 'A2B2', 'D2B0', 'D2B1', 'D2B2', 'cicp']

/** Conservative: it has to call itself sRGB, have sRGB's primaries and curves, and nothing that overrules them. */
function isSrgb(profile: Uint8Array): boolean {
  if (iccColourSpace(profile) !== 'RGB ' || !hasText(profile, 'XYZ ', 20) || !hasText(profile, 'acsp', 36)) return false
  const tags = readTags(profile)
  if (overrulingTags.some((name) => tags.has(name))) return false
  return (
    describes(tags.get('desc')) &&
    srgbColorants.every(([name, xyz]) => isColorant(tags.get(name), xyz)) &&
    ['rTRC', 'gTRC', 'bTRC'].every((name) => isSrgbCurve(tags.get(name)))
  )
}

/** Real profiles have 9 to about 30 tags. */
const mostTags = 128

/** Tag table of ICC.1 section 7.3; a tag that points outside is left out. */
function readTags(profile: Uint8Array): Map<string, Uint8Array> {
  const tags = new Map<string, Uint8Array>()
  if (profile.length < 132) return tags
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength)
  const count = Math.min(view.getUint32(128), mostTags, Math.floor((profile.length - 132) / 12))
  for (let at = 132; at < 132 + count * 12; at += 12) {
    const start = view.getUint32(at + 4)
    const end = start + view.getUint32(at + 8)
    if (end <= profile.length) tags.set(latin1(profile, at, at + 4), profile.subarray(start, end))
  }
  return tags
}

/** Whether the description names sRGB; in version 4 profiles it is UTF-16, so zeros are set aside. */
function describes(tag: Uint8Array | undefined): boolean {
  return tag !== undefined && latin1(tag, 0, 1024).replaceAll('\0', '').includes('sRGB')
}

function isColorant(tag: Uint8Array | undefined, xyz: readonly number[]): boolean {
  if (!tag || tag.length < 20 || !hasText(tag, 'XYZ ')) return false
  const view = new DataView(tag.buffer, tag.byteOffset, tag.byteLength)
  return xyz.every((value, i) => Math.abs(view.getInt32(8 + i * 4) / 65536 - value) <= colorantTolerance)
}
