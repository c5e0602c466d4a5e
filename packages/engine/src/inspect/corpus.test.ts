import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { Format } from '../types.js'
import { BrokenImageError, extensionsOf, inspect, sniff } from './index.js'

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../../../shared/corpus')
const present = existsSync(folder)
if (!present) console.warn(`Skipped: real files are read from ${folder}, which is not here.`)

const files = present
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /[\\/]/.test(file))
      .sort()
  : []

/** Files that are not what their name says: broken signatures, and an Office file in an encrypted container. */
const unknown = new Set(['xcrn0g04.png', 'xs1n0g01.png', 'protected_sample.docx'])
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
      const decoded = await sharp(bytes, { animated: true, limitInputPixels: false })
        .metadata()
        .catch(() => null)
      console.log(file, JSON.stringify({ ...facts, traits: [...(facts?.traits ?? [])], delays: facts?.delays.slice(0, 4) }))
      if (!decoded) return console.log('   undecodable')
      const { width, height, pageHeight, pages, delay, loop, orientation, hasAlpha, depth, space } = decoded
      console.log('   ', JSON.stringify({ width, height, pageHeight, pages, delay: delay?.slice(0, 4), loop, orientation, hasAlpha, depth, space, icc: decoded.icc?.length }))
    },
  )
})
