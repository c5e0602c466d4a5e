import { expect, test } from 'vitest'
import type { Options } from '../options.js'
import { resolveOptions } from '../resolve-options.js'
import type { Asset, Format } from '../types.js'
import { createSelect, mayShrink } from './select.js'

const formats: Format[] = ['jpeg', 'png', 'svg', 'pdf', 'docx']
const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(4000)])
const pdf = Buffer.from('%PDF-1.7\n'.padEnd(4000))
const mail = Buffer.concat([Buffer.from('Content-Type: application/pdf\n\n'), pdf])
const compound = Buffer.from('d0cf11e0a1b11ae1'.padEnd(4000, '0'), 'hex')

function select(options: Options, asset: Partial<Asset>) {
  const whole: Asset = { path: 'assets/a-1234.png', source: 'src/img/a.png', origin: 'bundle', bytes: png, ...asset }
  const selection = createSelect(resolveOptions(options, {}), formats)(whole)
  return selection.kind === 'keep' ? selection.reason : selection.kind
}

test.each<[string, Options, Partial<Asset>, string]>([
  ['an image qualifies', {}, {}, 'compress'],
  ['by content, whatever its name', {}, { path: 'assets/a.bin' }, 'compress'],
  ['code does not', {}, { path: 'assets/a.js' }, 'ignore'],
  ['unknown bytes do not', {}, { path: 'a.bin', bytes: Buffer.from('hello') }, 'ignore'],
  ['bytes inlined in code do', {}, { path: 'src/a.css', origin: 'inline' }, 'compress'],
  ['small files do not', { minSize: 5000 }, {}, 'too-small'],
  ['the limit itself does', { minSize: png.byteLength }, {}, 'compress'],
  ['a switched-off format does not', { formats: { png: false } }, {}, 'excluded'],
  [
    'a format that nobody compresses does not',
    {},
    { path: 'a.ico', bytes: Buffer.from('0000010001001010000001002000280000001600000000', 'hex') },
    'unsupported-format',
  ],
  ['a document qualifies by content', {}, { path: 'a.bin', bytes: pdf }, 'compress'],
  ['a switched-off document does not', { formats: { pdf: false } }, { path: 'a.pdf', bytes: pdf }, 'excluded'],
  ['a PDF behind other bytes is left to readers', {}, { path: 'a.pdf', bytes: mail }, 'unsupported-format'],
  ['an Office file under a password is left alone', {}, { path: 'a.docx', bytes: compound }, 'unsupported-format'],
  ['a page named like a PDF is broken', {}, { path: 'a.pdf', bytes: Buffer.from('<html>') }, 'broken-asset'],
  ['an empty document is broken', {}, { path: 'a.xlsx', bytes: Buffer.alloc(0) }, 'broken-asset'],
  ['an empty file is broken', {}, { bytes: Buffer.alloc(0) }, 'broken-asset'],
  ['text named like an image is broken', {}, { bytes: Buffer.from('<html>') }, 'broken-asset'],
  ['an excluded broken file is just excluded', { exclude: '*.png' }, { bytes: Buffer.alloc(0) }, 'excluded'],
  [
    'an LFS pointer is told apart',
    {},
    { bytes: Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n') },
    'lfs-pointer',
  ],
])('%s', (_, options, asset, expected) => {
  expect(select(options, asset)).toBe(expected)
})

test.each<[string, Options['include'], boolean]>([
  ['a glob over the output path', 'assets/**', true],
  ['a glob over the source path', 'src/img/*.png', true],
  ['a name glob in any folder', '*.png', true],
  ['with a leading ./', './src/**', true],
  ['with a leading /', '/assets/*', true],
  ['a regular expression', /a-\d+/, true],
  ['a global one, asked twice', /png/g, true],
  ['one of several', ['*.gif', '*.png'], true],
  ['none of several', ['*.gif', 'public/**'], false],
])('%s', (_, pattern, matches) => {
  for (let again = 0; again < 2; again++) {
    expect(select({ include: pattern }, {})).toBe(matches ? 'compress' : 'excluded')
    expect(select({ exclude: pattern }, {})).toBe(matches ? 'excluded' : 'compress')
  }
})

test('exclude is stronger than include', () => {
  expect(select({ include: '**', exclude: 'src/**' }, {})).toBe('excluded')
})

test.each([
  ['a/b.js', false],
  ['a/b.js.map', false],
  ['a/b.PNG', true],
  ['a/.js', true],
  ['a.b/c', true],
  ['a/b.pdf', true],
  ['a/b.ai', false],
])('%s may become smaller: %s', (path, expected) => {
  expect(mayShrink(path)).toBe(expected)
})
