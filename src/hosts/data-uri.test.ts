import { expect, test } from 'vitest'
import { findDataUris, mayHoldDataUri } from './data-uri.js'

const png = Buffer.from('not really a PNG, and that does not matter here').toString('base64')

function shrink(text: string, better: string): string {
  return findDataUris(text).reduceRight(
    (result, uri) => result.slice(0, uri.start) + uri.write(Buffer.from(better)) + result.slice(uri.end),
    text,
  )
}

test('base64 is found in JavaScript, CSS and HTML, and replaced by base64', () => {
  const text = `export default "data:image/png;base64,${png}"; a{background:url(data:image/webp;base64,${png})}<img src='data:image/png;base64,${png}'>`
  expect(findDataUris(text)).toHaveLength(3)
  const tiny = Buffer.from('tiny').toString('base64')
  expect(shrink(text, 'tiny')).toBe(text.replaceAll(png, tiny))
})

test.each([
  'data:application/pdf;base64,',
  'data:application/vnd.openxmlformats-officedocument.wordprocessingml.document;base64,',
  'data:application/vnd.ms-excel.sheet.macroEnabled.12;base64,',
])('%s is found', (start) => {
  expect(mayHoldDataUri(`x = "${start}${png}"`)).toBe(true)
  expect(shrink(`x = "${start}${png}"`, 'tiny')).toBe(`x = "${start}${Buffer.from('tiny').toString('base64')}"`)
})

test.each([
  'data:image/png;base64,AAAAA',
  'data:application/json;base64,AAAA',
  'data:image/png;base64,',
  'data:text/plain;base64,AAAA',
  `'data:image/svg+xml,<svg>\${x}</svg>'`,
  '"data:image/svg+xml,%3csvg a=\\"1\\"%3e"',
  '"data:image/svg+xml,%E0%A4%A"',
  'data:image/svg+xml,%3csvg%3e without a delimiter',
])('%s is left alone', (text) => {
  expect(findDataUris(text)).toEqual([])
})

test('the bytes of an encoded SVG are those of the SVG', () => {
  const [uri] = findDataUris(`x = "data:image/svg+xml,%3csvg%20width='1'%3e%c3%a4%3c/svg%3e"`)
  expect(uri && Buffer.from(uri.bytes).toString()).toBe("<svg width='1'>ä</svg>")
})

test.each([
  [
    'url("data:image/svg+xml;utf8,<svg><filter id=\'f\'/></svg>#f")',
    "<svg><filter id='f'/></svg>",
    ';utf8,%3csvg/%3e#f")',
  ],
  ["url('data:image/svg+xml,%3Csvg%3E%3C/svg%3E#f')", '<svg></svg>', ",%3csvg/%3e#f')"],
  ['url("data:image/svg+xml,<svg fill=\'#fff\'></svg>")', "<svg fill='#fff'></svg>", ',%3csvg/%3e")'],
])('the part of a drawing that an address names is none of it: %s', (text, svg, end) => {
  const [uri] = findDataUris(text)
  expect(uri && Buffer.from(uri.bytes).toString()).toBe(svg)
  expect(shrink(text, '<svg/>').slice('url("data:image/svg+xml'.length)).toBe(end)
})

const smaller = `<svg width="1" fill="#f00" title="it's">a "b" (c) \`d\` ä {e}\\</svg>`

test.each([
  ['double quotes', `x="data:image/svg+xml,%3csvg width='1'%3e";`],
  ['double quotes, spaces encoded', `x="data:image/svg+xml,%3csvg%20width='1'%3e";`],
  ['single quotes', `x='data:image/svg+xml,%3csvg width="1"%3e';`],
  ['no quote inside', `x="data:image/svg+xml;charset=utf-8,%3csvg%20width=%221%22%3e";`],
  ['a template', 'x=`data:image/svg+xml;utf8,%3csvg width=%271%27%3e`;'],
  ['an unquoted url()', 'a{b:url(data:image/svg+xml,%3csvg%20width=%221%22%3e)}'],
])('a smaller SVG fits where the first one stood: %s', (_, text) => {
  const result = shrink(text, smaller)
  const [uri] = findDataUris(result)
  const shown = uri && Buffer.from(uri.bytes).toString()
  // Attribute quotes may be exchanged, nothing else.
  expect(shown?.replaceAll("'1'", '"1"').replaceAll("'#f00'", '"#f00"')).toBe(smaller)
  const ending = /["'`)][;}]$/
  expect(result.split('data:')[0]).toBe(text.split('data:')[0])
  expect(ending.exec(result)?.[0]).toBe(ending.exec(text)?.[0])
  if (text.startsWith('x=')) expect(new Function(`let ${result} return x`)()).toContain('data:image/svg+xml')
})
