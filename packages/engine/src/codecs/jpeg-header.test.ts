import sharp from 'sharp'
import { expect, test } from 'vitest'
import { readJpegHeader } from './jpeg-header.js'
import { lumaTable, mozjpegQuality } from './mozjpeg-tables.js'

const swatch = () => sharp({ create: { width: 32, height: 16, channels: 3, background: '#369' } })

test('reads sampling, scans and tables', async () => {
  const full = readJpegHeader(await swatch().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer())
  expect(full).toMatchObject({ fullChroma: true, progressive: false, components: 3 })
  const half = readJpegHeader(await swatch().jpeg({ mozjpeg: true, chromaSubsampling: '4:2:0' }).toBuffer())
  expect(half).toMatchObject({ fullChroma: false, progressive: true, components: 3 })
  // ITU T.81, table K.1 at quality 50 is the table itself.
  const plain = readJpegHeader(await swatch().jpeg({ quality: 50 }).toBuffer())
  expect(plain?.luma.slice(0, 6)).toEqual([16, 11, 12, 14, 12, 10])
  expect(readJpegHeader(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))).toBeNull()
})

test('knows mozjpeg tables and their quality from others', async () => {
  for (const quality of [40, 67, 82, 93]) {
    const header = readJpegHeader(await swatch().jpeg({ quality, mozjpeg: true }).toBuffer())
    const found = await mozjpegQuality(header?.luma ?? [])
    expect(await lumaTable(found ?? 0)).toEqual(header?.luma)
  }
  const other = readJpegHeader(await swatch().jpeg({ quality: 82 }).toBuffer())
  expect(await mozjpegQuality(other?.luma ?? [])).toBeNull()
})
