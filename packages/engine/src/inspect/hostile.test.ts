import { expect, test } from 'vitest'
import {
  ascii,
  box,
  jpegSegment,
  moving,
  picture,
  pngChunk,
  randomFrom,
  withChunks,
  withSegments,
} from '../../test/image-parts.js'
import { apng, bmp, flat, ico, iconBitmap, rgbFields, rgbOf, tiff } from '../../test/more-images.js'
import { orientationExif } from '../metadata/exif.js'
import { readJpegMetadata, writeJpegMetadata } from '../metadata/jpeg.js'
import { writePngChunks } from '../metadata/png.js'
import { writeWebpMetadata } from '../metadata/webp.js'
import { BrokenImageError, type Format, inspect, sniff } from './index.js'

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const mutations = 3_000

const writers: Partial<Record<Format, (encoded: Uint8Array, source: Uint8Array) => unknown>> = {
  jpeg: (encoded, source) => [writeJpegMetadata(encoded, source, 'safe'), readJpegMetadata(source)],
  png: (encoded, source) => writePngChunks(encoded, source, 'safe'),
  webp: (encoded, source) => writeWebpMetadata(encoded, source, 'all'),
}

async function seeds(): Promise<[Format, Buffer][]> {
  const exif = orientationExif(6, { copyright: 'me' })
  return [
    ['jpeg', await picture().withIccProfile('p3').jpeg({ progressive: true }).toBuffer()],
    ['jpeg', withSegments(await picture().jpeg().toBuffer(), jpegSegment(0xe1, 'Exif\0\0', exif))],
    ['png', await picture(true).withIccProfile('p3').png().toBuffer()],
    ['png', withChunks(await picture().png({ palette: true }).toBuffer(), pngChunk('eXIf', exif))],
    ['gif', await (await moving()).gif({ loop: 3, delay: [100, 200] }).toBuffer()],
    ['webp', await (await moving()).webp().toBuffer()],
    ['webp', await picture(true).withMetadata({ orientation: 3 }).withIccProfile('p3').webp().toBuffer()],
    ['avif', await picture(true).withIccProfile('p3').avif({ effort: 0 }).toBuffer()],
    ['avif', sequence()],
    [
      'png',
      await apng(
        16,
        16,
        0,
        [0, 4].map((at) => ({ rect: [at, at, 16 - at, 16 - at], picture: flat(16 - at, 16 - at) })),
      ),
    ],
    [
      'tiff',
      await picture()
        .withIccProfile('p3')
        .tiff({ compression: 'lzw', tile: true, tileWidth: 16, tileHeight: 16 })
        .toBuffer(),
    ],
    [
      'tiff',
      tiff(
        [flat(20, 9), flat(8, 8)].map((page) => ({ fields: rgbFields(page), pixels: rgbOf(page) })),
        false,
      ),
    ],
    ['bmp', bmp(flat(24, 16), 32)],
    [
      'ico',
      ico([
        { size: 16, data: iconBitmap(flat(16, 16)) },
        { size: 24, data: await picture(true).png().toBuffer() },
      ]),
    ],
    [
      'svg',
      ascii('<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg><!-- c --><style>@import "x"</style></svg>'),
    ],
  ]
}

/** An image sequence of two frames, as far as it is described. */
function sequence(): Buffer {
  const words = (...values: readonly number[]): Buffer => {
    const bytes = Buffer.alloc(values.length * 4)
    for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, i * 4)
    return bytes
  }
  const entry = Buffer.alloc(78)
  entry.writeUInt16BE(24, 24)
  entry.writeUInt16BE(16, 26)
  const stbl = box(
    'stbl',
    box('stsd', words(0, 1), box('av01', entry, box('av1C', Buffer.of(0x81, 0, 0x40, 0)))),
    box('stts', words(0, 1, 2, 40)),
    box('stsz', words(0, 9, 2)),
  )
  const mdia = box(
    'mdia',
    box('mdhd', words(0, 0, 0, 1000, 80)),
    box('hdlr', words(0, 0), ascii('pict')),
    box('minf', stbl),
  )
  return Buffer.concat([
    box('ftyp', ascii('avis'), words(0)),
    box('moov', box('trak', mdia)),
    box('mdat', words(0, 0, 0, 0, 0)),
  ])
}

/** One change of a kind that transport, tools and attackers make. */
function mutate(bytes: Buffer, other: Buffer, random: () => number): Buffer {
  const at = (length: number): number => Math.floor(random() * length)
  const changed = Buffer.from(bytes)
  const kind = at(5)
  if (kind === 0) return changed.subarray(0, at(changed.length))
  if (kind === 1) return Buffer.concat([changed.subarray(0, at(changed.length)), other.subarray(at(other.length))])
  if (kind === 2) return Buffer.concat([changed, changed.subarray(at(changed.length))])
  // Headers are short and hold the sizes, so half of the flips go there.
  const reach = random() < 0.5 ? Math.min(64, changed.length) : changed.length
  for (let flips = 1 + at(4); flips > 0; flips--) changed[at(reach)] = kind === 3 ? at(256) : random() < 0.5 ? 0xff : 0
  return changed
}

function attempt(work: () => unknown): 'read' | 'broken' {
  try {
    work()
    return 'read'
  } catch (error) {
    expect(error).toBeInstanceOf(BrokenImageError)
    return 'broken'
  }
}

test('the files to be damaged are sound', async () => {
  for (const [format, bytes] of await seeds()) {
    expect(sniff(bytes)).toBe(format)
    expect(inspect(bytes)?.format).toBe(format)
  }
  expect(inspect(sequence())).toMatchObject({
    frames: 2,
    delays: [40, 40],
    width: 24,
    bitDepth: 10,
    traits: new Set(['sequence']),
  })
})

test(`${mutations} damaged files are read or refused (SEED=${seed})`, async () => {
  console.log(`SEED=${seed}`)
  const files = await seeds()
  const random = randomFrom(seed)
  const outcomes = { read: 0, broken: 0 }
  for (let i = 0; i < mutations; i++) {
    const [format, sound] = files[i % files.length] ?? ['svg', ascii('')]
    const [, other = sound] = files[Math.floor(random() * files.length)] ?? []
    const damaged = mutate(sound, other, random)
    sniff(damaged)
    outcomes[attempt(() => inspect(damaged, format))]++
    const write = writers[format]
    if (write) attempt(() => write(damaged, sound))
    if (write) attempt(() => write(sound, damaged))
  }
  // Neither refusing everything nor taking everything would tell anything.
  expect(Math.min(outcomes.read, outcomes.broken)).toBeGreaterThan(mutations / 20)
})

test('lists that claim what a small file cannot hold cost nothing', () => {
  const head = box('ftyp', ascii('avif'), Buffer.alloc(4))
  const wide = Buffer.alloc(1 << 20, 0xff)
  // Locations of items without any bytes per extent: 65,535 extents claimed by each of many items.
  const iloc = box('iloc', Buffer.of(0, 0, 0, 0, 0, 0, 0xff, 0xff), wide)
  // The same item given a property again and again.
  const ipma = box('ipma', Buffer.of(0, 0, 0, 0, 0, 1, 0, 0), Buffer.alloc(65_536 * 4, Buffer.of(0, 1, 1, 0)))
  const pitm = box('pitm', Buffer.of(0, 0, 0, 0, 0, 1))
  // Directories at every other byte, each with all the bytes behind it as its fields.
  const directories = Buffer.alloc(1 << 20, Buffer.of(0xff, 0x0f, 0, 1))
  directories.write('MM\0*\0\0\0\x08', 'latin1')
  expect(() => inspect(directories, 'tiff')).toThrow(BrokenImageError)
  for (const part of [iloc, box('iprp', box('ipco', box('free')), ipma)]) {
    const file = Buffer.concat([head, box('meta', Buffer.alloc(4), pitm, part)])
    expect(() => inspect(file)).toThrow(BrokenImageError)
  }
})
