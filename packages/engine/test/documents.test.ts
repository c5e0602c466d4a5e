import { createEngine } from '@compress-fast/engine'
import { afterAll, describe, expect, test } from 'vitest'
import { image, photo } from './images.js'
import { docx, type Part, zip } from './office-parts.js'
import { everyday } from './pdf-files.js'

// Documents as users of the engine meet them, in its processes. What becomes of their parts is tested beside this.

const engine = createEngine({ concurrency: 1 })
afterAll(() => engine.close())

const signature: Part = { name: '_xmlsignatures/sig1.xml', content: '<Signature/>' }

async function letter(more: readonly Part[] = []): Promise<Buffer> {
  const picture = await image(photo(320, 240)).jpeg({ quality: 96 }).toBuffer()
  return zip(docx({ 'image1.jpeg': picture }, more))
}

describe.each([
  ['docx', letter],
  ['pdf', everyday],
] as const)('a %s', (format, make) => {
  test.each(['lossless', 'balanced'] as const)('%s: becomes smaller, and no smaller after that', async (quality) => {
    const source = await make()
    const result = await engine.compress(source, { quality })
    expect(result).toMatchObject({ format, changed: true, reason: null })
    expect(result.bytes.length).toBeLessThan(source.length)
    expect(result.quality).toBeGreaterThanOrEqual(quality === 'lossless' ? 100 : 80)
    expect(await engine.verify(source, result.bytes)).toEqual({ ok: true })
    expect(await engine.compress(result.bytes, { quality })).toMatchObject({ changed: false, reason: 'no-gain' })
  })

  test('that is cut off is broken, and stays as it is', async () => {
    const source = (await make()).subarray(0, 3000)
    const result = await engine.compress(source, { format })
    expect(result).toMatchObject({ format, changed: false, reason: 'broken' })
    expect(result.bytes).toBe(source)
  })

  test('that says something else is no result', async () => {
    const source = await make()
    expect(await engine.verify(source, source.subarray(0, 3000))).toMatchObject({ ok: false })
    expect(await engine.verify(source, Buffer.from('%PDF-1.7\nnothing'))).toMatchObject({ ok: false })
  })
})

test('what is signed or encrypted is left alone, and says so', async () => {
  expect(await engine.compress(await letter([signature]))).toMatchObject({ changed: false, reason: 'signed' })
  const pdf = Buffer.from(await everyday()).toString('latin1')
  const encrypted = Buffer.from(pdf.replace('trailer\n<<', 'trailer\n<< /Encrypt << /Filter /Standard >>'), 'latin1')
  expect(await engine.compress(encrypted)).toMatchObject({ changed: false, reason: 'encrypted' })
})
