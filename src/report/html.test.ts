import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { hostileNames, outcomeOf, reportOf } from '../../test/report/outcomes.js'
import { renderHtml } from './html.js'
import { readPage } from './page.js'
import { parseReport } from './parse-report.js'
import type { Picture } from './pictures.js'
import { reasonText } from './reasons.js'

const page = await readPage()
const bytes = Buffer.from('not really a picture')
const picture: Picture = { format: 'png', before: bytes, after: bytes.subarray(4) }

test('every name is text, in names, sources, importers, reasons and warnings', () => {
  const assets = hostileNames.map((name) => {
    return outcomeOf(name, 10, 10, { source: `src/${name}`, reason: name, importers: [name] })
  })
  const warnings = hostileNames.map((message) => ({ code: 'A', message, hint: message }))
  const text = renderHtml(reportOf(assets, { warnings }), new Map(), page)
  const own = renderHtml(reportOf([]), new Map(), page)
  for (const tag of ['<img', '<svg onload', '</script', '<!--']) {
    expect(text.split(tag)).toHaveLength(own.split(tag).length)
  }
  expect(text).not.toContain('\u202E')
})

test('the policy allows what is in the page by its digest, and nothing else', () => {
  const text = renderHtml(reportOf([]), new Map(), page)
  const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(text) ?? []
  const digest = (content: string) => `'sha256-${createHash('sha256').update(content).digest('base64')}'`
  const inlined = [...text.matchAll(/<(?:style|script type="module" async)>([\s\S]*?)<\/(?:style|script)>/g)]
  expect(inlined).toHaveLength(3)
  for (const [, content = ''] of inlined) expect(policy).toContain(digest(content))
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
  expect(text).not.toMatch(/ (?:style|on\w+)=/)
})

test('what was left alone is told last: what failed, then the largest', () => {
  const assets = [
    outcomeOf('small.png', 5, 5),
    outcomeOf('large.png', 9, 9),
    outcomeOf('torn.png', 7, 7, { outcome: 'failed', reason: 'broken-asset' }),
    outcomeOf('shrunk.png', 3, 2),
  ]
  const text = renderHtml(reportOf(assets), new Map(), page)
  const names = [...text.matchAll(/<\/span>([\w.]+)<\/span>/g)].map(([, name]) => name)
  expect(names).toEqual(['shrunk.png', 'torn.png', 'large.png', 'small.png'])
})

test('each reason that the README explains has words of its own', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  const [, rows = ''] = /\n\| reason \| meaning \|\n(.*?)\n\n/s.exec(readme) ?? []
  const codes = rows.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)])
  const unknown = codes.map(([, code = '']) => reasonText({ outcome: 'kept', reason: code }) ?? '')
  expect(codes.length).toBeGreaterThan(30)
  expect(unknown.filter((text) => text.startsWith('Reason: '))).toEqual([])
})

describe('pictures', () => {
  const shown = outcomeOf('a.png', 20, 16)
  const big = outcomeOf('big.png', 30, 15)
  const pdf = outcomeOf('a.pdf', 30, 15, { format: 'pdf' })

  test('are in the page once, as data, and others are told of', () => {
    const pictures = new Map([
      [shown.digest, picture],
      ['sha256-unused', picture],
    ])
    const text = renderHtml(reportOf([shown, { ...shown, path: 'twin.png' }, big, pdf]), pictures, page)
    expect(text.match(/data:image\/png;base64,/g)).toHaveLength(2)
    expect(text).toContain(`id="p0-before">data:image/png;base64,${bytes.toString('base64')}<`)
    expect(text.match(/data-picture="p0"/g)).toHaveLength(2)
    expect(text).toContain('Too large to be shown here')
    expect(text).toContain('Browsers do not show PDF as an image.')
  })

  test('are not missed where there are none', () => {
    expect(renderHtml(reportOf([shown, pdf]), new Map(), page)).not.toMatch(/Too large|do not show/)
  })
})

test('why a file was kept stands beside it, in words, and an unknown code as it is', () => {
  const assets = [
    outcomeOf('a.png', 5, 5, { reason: 'colour-model' }),
    outcomeOf('b.png', 5, 5, { reason: 'own-rule' }),
  ]
  const text = renderHtml(reportOf(assets), new Map(), page)
  expect(text).toContain('CMYK or another colour model, which the encoder would convert.')
  expect(text).toContain('Reason: own-rule.')
})

test('a report can be read again, and nothing else is one', () => {
  const report = reportOf([outcomeOf('a.png', 5, 4)])
  expect(parseReport(JSON.stringify(report))).toEqual(report)
  for (const text of ['', '[]', '{}', '{"schema":1}', JSON.stringify({ ...report, schema: 2 })]) {
    expect(parseReport(text)).toBeUndefined()
  }
  expect(parseReport(JSON.stringify({ ...report, assets: [{ path: 'a', after: '5' }] }))).toBeUndefined()
})
