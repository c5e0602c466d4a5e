import { expect, test } from 'vitest'
import { animation } from '../../test/images.js'
import { inspect } from '../inspect/index.js'
import type { Effort, Quality } from '../types.js'
import type { Candidate } from './codec.js'
import { gif } from './gif.js'
import { resolveSettings } from './settings.js'

async function offered(bytes: Uint8Array, quality: Quality, effort: Effort): Promise<Candidate[]> {
  const facts = inspect(bytes, 'gif')
  if (facts === null) throw new Error('not a GIF')
  const found = await gif({ bytes, facts, settings: resolveSettings({ quality, effort }) })
  if (typeof found === 'string') throw new Error(found)
  return [...found]
}

const source = async () => new Uint8Array(await animation(96, 72, 5).gif({ effort: 1 }).toBuffer())

test.each(['fast', 'balanced', 'max'] as const)('what got near colours is left alone at effort %s', async (effort) => {
  const [lossy] = await offered(await source(), 50, effort)
  expect(lossy?.exact).toBe(false)
  expect(lossy?.quality).toBeGreaterThanOrEqual(50)
  for (const quality of ['balanced', 'small', 'lossless'] as const) {
    expect(await offered(lossy?.bytes ?? new Uint8Array(), quality, effort)).toEqual([])
  }
})

test('nothing gets near colours from 90 on', async () => {
  for (const { exact, quality } of await offered(await source(), 'high', 'balanced')) {
    expect({ exact, quality }).toEqual({ exact: true, quality: 100 })
  }
})

test('more effort makes no larger file', async () => {
  const bytes = await source()
  const [balanced] = await offered(bytes, 10, 'balanced')
  const [most] = await offered(bytes, 10, 'max')
  expect(balanced?.exact).toBe(false)
  expect(most?.bytes.length).toBeLessThanOrEqual(balanced?.bytes.length ?? 0)
})
