import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEngine, type Facts, inspect } from '@compress-fast/engine'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'

const corpus = fileURLToPath(new URL('../../../../shared/corpus', import.meta.url))
const kinds = [
  'avif',
  'gif',
  'gif-edge',
  'jpg-camera',
  'jpg-clic',
  'jpg-edge',
  'jpg-kodak',
  'jpg-web',
  'png-clic',
].concat(['png-edge', 'png-kodak', 'png-ui', 'svg', 'tiff', 'tiny', 'webp'])
const whole = process.env['COMPRESS_FAST_CORPUS'] === '1'

/** Without the switch: small files only, evenly over the kinds. */
const SAMPLE = 25
const SAMPLE_BYTES = 130_000

function listFiles(): string[] {
  if (!existsSync(corpus)) return []
  const all = kinds.flatMap((kind) => readdirSync(`${corpus}/${kind}`).map((name) => `${kind}/${name}`))
  if (whole) return all
  const small = all.filter((name) => readFileSync(`${corpus}/${name}`).length < SAMPLE_BYTES)
  return small.filter((_, i) => i % Math.max(1, Math.floor(small.length / SAMPLE)) === 0).slice(0, SAMPLE)
}

const files = listFiles()
if (files.length === 0) console.warn('skipped: there is no corpus beside this repository')

const engine = createEngine({ concurrency: 2 })
afterAll(() => engine.close())

describe.skipIf(files.length === 0)('real files', () => {
  test.each(files)('%s', { timeout: 600_000 }, async (name) => {
    const source = readFileSync(`${corpus}/${name}`)
    const result = await engine.compress(source)
    expect(['timeout', 'crashed', 'quarantined'], result.detail ?? '').not.toContain(result.reason)
    if (!result.changed) return expect(result.bytes).toBe(source)
    expect(result.bytes.length).toBeLessThan(source.length)
    expect(summary(inspect(result.bytes))).toEqual(summary(inspect(source)))
    const { width, height } = await sharp(result.bytes, { animated: true })
      .stats()
      .then(() => sharp(result.bytes).metadata())
    expect([width, height]).toEqual([(await sharp(source).metadata()).width, (await sharp(source).metadata()).height])
  })
})

function summary(facts: Facts | null) {
  if (facts === null) return null
  const { format, width, height, frames, loop, delays, orientation, colour } = facts
  return { format, width, height, frames, loop, delays, orientation, colour }
}
