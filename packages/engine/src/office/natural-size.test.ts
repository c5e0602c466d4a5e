import { expect, test } from 'vitest'
import { docx, type Part, relationships, zip } from '../../test/office-parts.js'
import { picturesAtNaturalSize } from './natural-size.js'
import { readZip } from './zip-read.js'

const found = (...parts: readonly Part[]): string[] =>
  [...picturesAtNaturalSize(readZip(zip(docx({ 'shown.png': new Uint8Array(8) }, parts))).entries)].sort()

const part = (name: string, content: string | Uint8Array): Part => ({ name, content })

test.each([
  ['a shape filled with tiles', '<a:blipFill><a:blip r:embed="rId1"/><a:tile tx="0" ty="0"/></a:blipFill>'],
  ['one under another prefix', '<x:tile/>'],
  ['a background in VML', '<v:fill r:id="rId1" o:title="x" type="tile"/>'],
  ['the background of a sheet', '<worksheet><picture r:id="rId1"/></worksheet>'],
  ['bars of stacked pictures', '<c:pictureOptions><c:pictureFormat val="stackScale"/></c:pictureOptions>'],
])('%s shows its picture at natural size', (_, content) => {
  const relations = relationships('word/theme/_rels/Theme1.xml.rels', [['../media/Tile%201.png', 'image']])
  expect(found(part('word/theme/theme1.xml', content), relations)).toEqual([
    'word/media/tile 1.png',
    'word/media/tile%201.png',
  ])
  const wide = Buffer.from(`\ufeff${content}`, 'utf16le')
  expect(found(part('word/theme/theme1.xml', wide), relations)).toHaveLength(2)
})

test('whatever is no XML may do so', () => {
  const relations = relationships('xl/worksheets/_rels/sheet1.bin.rels', [['/xl/media/image1.jpeg', 'image']])
  expect(found(part('xl/worksheets/sheet1.bin', new Uint8Array(16)), relations)).toEqual(['xl/media/image1.jpeg'])
})

test('a picture in a frame does not, nor one of a part that is not there', () => {
  expect(found()).toEqual([])
  expect(found(part('word/title.xml', '<w:titlePg/><pic:picture/><a:stretch/>'))).toEqual([])
  expect(found(relationships('word/_rels/missing.xml.rels', [['media/shown.png', 'image']]))).toEqual([])
})
