import { expect, test } from 'vitest'
import { inspect } from '../inspect/index.js'
import type { Candidate } from './codec.js'
import { resolveSettings } from './settings.js'
import { svg } from './svg.js'

async function offered(text: string): Promise<Candidate[]> {
  const bytes = new TextEncoder().encode(text)
  const facts = inspect(bytes, 'svg')
  if (facts === null) throw new Error('not an SVG')
  const found = await svg({ bytes, facts, settings: resolveSettings({}) })
  return typeof found === 'string' ? [] : [...found]
}

const textOf = (candidate: Candidate | undefined) => new TextDecoder().decode(candidate?.bytes)

/** A zigzag of many points, at a scale at which a unit is `size` pixels. */
function zigzag(size: number): string {
  const points = Array.from({ length: 40 }, (_, n) => {
    const [x, y] = [((n + 0.12345) / 41) * (400 / size), (0.3 + 0.4 * (n % 2) + 0.01234 * (n % 7)) * (400 / size)]
    return `L${x.toFixed(5)} ${y.toFixed(5)}`
  })
  const path = `<path fill="none" stroke="#123456" stroke-width="${4 / size}" d="M0 0${points.join('')}"/>`
  const view = `0 0 ${400 / size} ${400 / size}`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400" viewBox="${view}">${path}</svg>`
}

const decimals = (text: string) =>
  Math.max(...[...text.matchAll(/\d*\.(\d+)/g)].map(([, digits]) => digits?.length ?? 0))

test('two decimals where a unit is a pixel, more where it is hundreds of them', async () => {
  const [plain] = await offered(zigzag(1))
  expect(decimals(textOf(plain))).toBe(2)
  expect(plain?.quality).toBeGreaterThanOrEqual(90)
  const [magnified] = await offered(zigzag(400))
  expect(decimals(textOf(magnified))).toBeGreaterThan(2)
})

test.each([40, 400])('a second pass at %i pixels a unit finds the same text', async (size) => {
  const [first] = await offered(zigzag(size))
  const [second] = await offered(textOf(first))
  expect(textOf(second)).toBe(textOf(first))
})
