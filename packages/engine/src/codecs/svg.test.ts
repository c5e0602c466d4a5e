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

const HOUSE = 'M.123456.234567L.678912.234567.987654.876543.012345.876543z'

test.each([
  [
    'a symbol for other files',
    `<symbol id="a" viewBox="0 0 1 1"><path fill="#000" d="${HOUSE}"/></symbol><path d="M9 9h9v9z"/>`,
  ],
  [
    'a clip path for other files',
    `<defs><clipPath id="a" clipPathUnits="objectBoundingBox"><path d="${HOUSE}"/></clipPath></defs><path d="M9 9h9v9z"/>`,
  ],
  [
    'a layer that a link shows',
    `<style>g{display:none} g:target{display:inline}</style><g id="a"><path d="${HOUSE}"/></g>`,
  ],
])('%s keeps its numbers and colours', async (_, inside) => {
  const [result] = await offered(
    `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"><!-- 1 -->${inside}</svg>`,
  )
  expect(result?.exact).toBe(true)
  expect(textOf(result)).toContain(inside.slice(inside.indexOf('<path'), inside.indexOf('/>')))
})

test('what is drawn through a reference is rounded', async () => {
  const use = `<defs><path id="a" d="${HOUSE}"/></defs><use href="#a" transform="scale(20)"/>`
  const [result] = await offered(`<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24">${use}</svg>`)
  expect(textOf(result)).not.toContain(HOUSE)
})

test('spaces between words in HTML stay', async () => {
  const html = '<div xmlns="http://www.w3.org/1999/xhtml">You can <b>edit </b>this</div>'
  const text = `<svg xmlns="http://www.w3.org/2000/svg"><!-- 1 --><foreignObject>${html}</foreignObject></svg>`
  expect(await offered(text)).toEqual([])
})

test('a line end in a handler ends the line', async () => {
  const handler = (end: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg"><!-- 1 --><g onclick="a() // first${end}b()"/></svg>`
  expect(await offered(handler('&#10;'))).toEqual([])
  expect(await offered(handler('&#xA;'))).toEqual([])
  expect(textOf((await offered(handler('; ')))[0])).toContain('first; b()')
})

test.each([
  ['filter="url(#f)"', 64, true],
  ['filter="url(#f)"', 65, false],
  ['style="opacity:1;filter: url(#f)"', 65, false],
])('a drawing where %s is found %i times is rounded: %s', async (use, count, isRounded) => {
  const filter = '<filter id="f"><feOffset dx="1"/></filter>'
  const parts = `<path d="M1.23456 1.23456h9v9z" ${use}/>`.repeat(count)
  const [result] = await offered(
    `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"><!-- 1 -->${filter}${parts}</svg>`,
  )
  expect(textOf(result).includes('1.23456')).toBe(!isRounded)
  expect(textOf(result)).not.toContain('<!--')
})
