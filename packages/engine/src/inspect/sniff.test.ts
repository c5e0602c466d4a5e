import { describe, expect, test } from 'vitest'
import { ascii, box, le32 } from '../../test/image-parts.js'
import { allFormats, extensionsOf, formatOfMime, isLfsPointer, mimeOf, sniff } from './index.js'

/** A zip of nothing but names in its central directory. */
function zip(...names: readonly string[]): Uint8Array {
  const entries = names.map((name) => {
    const entry = Buffer.alloc(46 + name.length)
    entry.write('PK\x01\x02', 'latin1')
    entry.writeUInt16LE(name.length, 28)
    entry.write(name, 46, 'latin1')
    return entry
  })
  const end = Buffer.alloc(18)
  const directory = Buffer.concat(entries)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(4, 12)
  return Buffer.concat([ascii('PK\x03\x04'), directory, ascii('PK\x05\x06'), end])
}

const ftyp = (...brands: readonly string[]): Uint8Array =>
  box('ftyp', ascii(brands[0] ?? ''), le32(0), ...brands.slice(1).map(ascii))

test.each([
  ['jpeg', Buffer.of(0xff, 0xd8, 0xff, 0xe0)],
  ['png', ascii('\x89PNG\r\n\x1a\n')],
  ['gif', ascii('GIF89a')],
  ['webp', ascii('RIFF....WEBPVP8 ')],
  ['avif', ftyp('avif', 'mif1')],
  ['avif', ftyp('avis', 'msf1')],
  ['avif', ftyp('mif1', 'miaf', 'avif')],
  ['heic', ftyp('heic', 'mif1')],
  ['heic', ftyp('mif1', 'heic')],
  ['tiff', ascii('MM\0*....')],
  ['bmp', Buffer.concat([ascii('BM'), Buffer.alloc(12), le32(40)])],
  ['pdf', ascii('%PDF-1.7')],
  ['docx', zip('[Content_Types].xml', 'word/document.xml')],
  ['pptx', zip('ppt/presentation.xml', '[Content_Types].xml')],
  ['xlsx', zip('[Content_Types].xml', 'xl/workbook.xml')],
  ['svg', ascii('<svg/>')],
  [
    'svg',
    ascii('\xef\xbb\xbf \n<?xml version="1.0"?><!-- <html> --><!DOCTYPE svg [<!ENTITY a "b>">]>\n<svg xmlns="x">'),
  ],
  ['svg', ascii('<s:svg xmlns:s="http://www.w3.org/2000/svg"/>')],
])('%s is told by content', (format, bytes) => {
  expect(sniff(bytes)).toBe(format)
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a script', ascii('BMW = 1; MMX = 2')],
  ['an HTML page that embeds an SVG', ascii('<!doctype html><html><svg></svg></html>')],
  ['an element whose name begins with svg', ascii('<svgfont/>')],
  ['UTF-16', Buffer.from('\ufeff<svg/>', 'utf16le')],
  ['a video', ftyp('mp42', 'isom')],
  ['a plain zip', zip('word/document.xml')],
  ['RIFF audio', ascii('RIFF....WAVEfmt ')],
  ['a comment that never ends', ascii(`<!--${'-'.repeat(100_000)}`)],
])('%s is none of ours', (_, bytes) => {
  expect(sniff(bytes)).toBeNull()
})

test('a Git LFS pointer is told from what it stands for', () => {
  expect(isLfsPointer(ascii('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'))).toBe(true)
  expect(isLfsPointer(ascii('version 2'))).toBe(false)
})

describe('names', () => {
  test.each(allFormats)('%s is found again by its media type', (format) => {
    expect(formatOfMime(`${mimeOf(format).toUpperCase()}; charset=utf-8`)).toBe(format)
    expect(extensionsOf(format).every((extension) => /^[a-z]+$/.test(extension))).toBe(true)
  })

  test('no extension belongs to two formats', () => {
    const all = allFormats.flatMap(extensionsOf)
    expect(new Set(all).size).toBe(all.length)
  })

  test('macro forms count as the same format, others as none', () => {
    expect(formatOfMime('application/vnd.ms-excel.sheet.macroEnabled.12')).toBe('xlsx')
    expect(formatOfMime('text/html')).toBeNull()
  })
})
