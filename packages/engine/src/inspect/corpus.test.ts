import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp, { type Metadata } from 'sharp'
import { describe, expect, test } from 'vitest'
import type { Format } from '../types.js'
import { BrokenImageError, extensionsOf, type Facts, inspect, sniff } from './index.js'

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../../../shared/corpus')
const present = existsSync(folder)
if (!present) console.warn(`Skipped: real files are read from ${folder}, which is not here.`)

const files = present
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /[\\/]/.test(file))
      .sort()
  : []

/** Files whose signature was damaged on purpose. */
const unknown = new Set(['xcrn0g04.png', 'xs1n0g01.png'])
/** Files that are cut short. */
const broken = new Set(['incomplete_image.jpg', 'truncated.jpg'])

const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)))
const nameOf = (file: string): string => file.split(/[\\/]/).at(-1) ?? ''

describe.skipIf(!present)('real files', () => {
  test.each(files.filter((file) => !file.startsWith('tiny')))('%s is told by its content', (file) => {
    const format = sniff(read(file))
    if (unknown.has(nameOf(file))) expect(format).toBeNull()
    else expect(extensionsOf(format as Format)).toContain(extname(file).slice(1).toLowerCase())
  })

  test.each(files.filter((file) => /^(jpg|png|gif|webp|avif|svg)/.test(file) && !unknown.has(nameOf(file))))(
    '%s: facts agree with a decoder',
    async (file) => {
      const bytes = read(file)
      if (broken.has(nameOf(file))) return expect(() => inspect(bytes)).toThrow(BrokenImageError)
      const facts = inspect(bytes)
      const decoder = sharp(bytes, { animated: true, limitInputPixels: false })
      const decoded = await decoder.metadata().catch(() => null)
      // The decoder at hand reads no image sequences.
      if (!decoded) return expect(facts?.traits).toContain('sequence')
      expect(facts).toMatchObject(factsOf(decoded, facts?.format ?? null, facts?.frames ?? 0))
    },
  )
})

/** A decoder's words in ours. It shows but the first frame of an APNG, and rounds an SVG's size at its own density. */
function factsOf(decoded: Metadata, format: Format | null, frames: number): Partial<Facts> {
  const { width, height, pageHeight = height, delay = [], loop = 0, orientation = 1, hasAlpha } = decoded
  if (format === 'svg') return { frames: 1, alpha: true }
  const animated = (decoded.pages ?? 1) > 1
  // Its GIF reader tells 100 ms for 0 when every delay is 0.
  const delays = delay.every((ms) => ms === 100) ? {} : { delays: delay }
  return {
    width,
    height: pageHeight,
    alpha: hasAlpha,
    orientation,
    frames: decoded.pages ?? frames,
    ...(animated && { loop, ...delays }),
  }
}
