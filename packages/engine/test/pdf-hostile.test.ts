import { afterAll, expect, test } from 'vitest'
import { comparePdf, compressPdf, inspectPdf } from '../src/pdf/index.js'
import { randomOf } from './images.js'
import { imagesOf, openEngine, settingsFor } from './pdf-engine.js'
import { everyday } from './pdf-files.js'

const engine = openEngine()
afterAll(() => engine.close())

const SEED = 20_240_607
const MUTATIONS = 500

/** Flips, cuts, doubles or overwrites a stretch. */
function mutate(source: Uint8Array, random: () => number): Uint8Array {
  const at = Math.floor(random() * source.length)
  const length = 1 + Math.floor(random() ** 3 * 400)
  const before = source.subarray(0, at)
  const stretch = source.subarray(at, at + length)
  const after = source.subarray(at + length)
  switch (Math.floor(random() * 5)) {
    case 0:
      return Buffer.concat([before, Uint8Array.of(Math.floor(random() * 256)), source.subarray(at + 1)])
    case 1:
      return Buffer.concat([before, after])
    case 2:
      return Buffer.concat([before, stretch, stretch, after])
    case 3: {
      const digits = Buffer.from(
        stretch.map((byte) => (byte >= 48 && byte < 58 ? 48 + Math.floor(random() * 10) : byte)),
      )
      return Buffer.concat([before, digits, after])
    }
    default:
      return source.subarray(0, at)
  }
}

test(`${MUTATIONS} damaged files: an answer for each, none larger, none other than it was (seed ${SEED})`, async () => {
  const random = randomOf(SEED)
  const settings = settingsFor('balanced')
  const plain = await everyday()
  const packed = await compressPdf(plain, settingsFor('lossless'), imagesOf(engine))
  if (packed.kind !== 'gain') throw new Error('nothing to damage')
  // Pictures are damaged as well; what the engine makes of those has tests of its own.
  const images = async (): Promise<null> => null
  const kinds = new Map<string, number>()
  for (let i = 0; i < MUTATIONS; i++) {
    const source = mutate(i % 3 === 0 ? packed.bytes : plain, random)
    inspectPdf(source)
    const answer = await compressPdf(source, settings, images)
    kinds.set(answer.kind, (kinds.get(answer.kind) ?? 0) + 1)
    if (answer.kind !== 'gain') continue
    expect(answer.bytes.length).toBeLessThan(source.length)
    expect(await comparePdf(source, answer.bytes)).toBeNull()
  }
  expect([...kinds.keys()].sort()).toEqual(['broken', 'gain', 'kept'])
})
