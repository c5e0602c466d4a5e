import { readIco, sizeOf } from '../ico/file.js'
import type { Facts } from './facts.js'
import { still } from './timing.js'
import { hasTrailingData } from './trailing.js'

/** Reads an icon's directory and its pictures' headers. The largest counts. @throws BrokenImageError when it is incomplete */
export function inspectIco(bytes: Uint8Array): Facts {
  const { entries, end } = readIco(bytes)
  const sizes = entries.map(sizeOf)
  const [largest = { width: 0, height: 0 }] = sizes.toSorted((a, b) => b.width * b.height - a.width * a.height)
  return {
    format: 'ico',
    ...largest,
    ...still,
    alpha: true,
    bitDepth: 8,
    model: 'rgb',
    orientation: 1,
    colour: 'srgb',
    lossless: true,
    traits: new Set(hasTrailingData(bytes, end) ? ['trailing-data'] : []),
  }
}
