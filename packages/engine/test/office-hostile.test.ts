import { crc32, deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { resolveSettings } from '../src/codecs/settings.js'
import { compareOffice, compressOffice, inspectOffice } from '../src/office/index.js'
import { image, photo, randomOf } from './images.js'
import { compressImage } from './office-encoder.js'
import { docx, extraField, type Part, xlsx, zip } from './office-parts.js'

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const mutations = 1_000

const compress = (bytes: Uint8Array) => compressOffice(bytes, resolveSettings({ effort: 'fast' }), compressImage)
const file = (...more: readonly Part[]) => zip(docx({}, more))
const part = (name: string): Part => ({ name, content: 'x' })
const MIB = 2 ** 20

/** The place of the last record with this signature. */
const last = (bytes: Buffer, signature: string): number => bytes.lastIndexOf(Buffer.from(signature, 'latin1'))

function patched(bytes: Buffer, signature: string, offset: number, value: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt32LE(value, last(copy, signature) + offset)
  return copy
}

/** One part's data with something put behind it, its headers told. */
function padded(entry: Part, behind: Buffer): Buffer {
  const content = Buffer.from(entry.content)
  const data = Buffer.concat([deflateRawSync(content), behind])
  const claims = { method: 8, size: content.length, crc: crc32(content) }
  return file({ ...entry, content: data, stored: true, claims })
}

describe('names that lead elsewhere, or to two places', () => {
  const names = [
    '/etc/passwd',
    '../x',
    'word/../../x',
    'word\\x',
    'word/x\0.xml',
    'C:x',
    'word//x',
    './x',
    'word/.',
    '',
  ]
  test.each(names)('%j', async (name) => {
    expect(await compress(file(part(name)))).toEqual({ kind: 'kept', reason: 'unsafe-archive' })
  })

  test('names that are there twice, or differ from header to directory', async () => {
    const cases = [
      file(part('a'), part('a')),
      file(part('a'), part('A')),
      file({ ...part('a'), claims: { localName: 'b' } }),
      file({ ...part('a'), name: '\xff', flags: 0x800, claims: { localName: 'x' } }),
    ]
    for (const source of cases) expect(await compress(source)).toEqual({ kind: 'kept', reason: 'unsafe-archive' })
  })

  test('two entries of the same data', async () => {
    const source = file(part('a'), part('b'))
    expect(await compress(patched(source, 'PK\x01\x02', 42, 0))).toEqual({ kind: 'kept', reason: 'unsafe-archive' })
  })
})

describe('bytes that belong to no entry', () => {
  const whole = file()
  const stowaway = Buffer.from('data of somebody’s '.repeat(9))
  const end = last(whole, 'PK\x05\x06')
  const directory = whole.readUInt32LE(end + 16)
  const hidden = zip([part('hidden')]).subarray(0, -(46 + 6 + 22))
  const moved = (at: number, extra: Buffer) =>
    patched(
      Buffer.concat([whole.subarray(0, at), extra, whole.subarray(at)]),
      'PK\x05\x06',
      16,
      directory + extra.length,
    )

  test.each<[string, Buffer]>([
    ['in front', Buffer.concat([stowaway, whole])],
    ['behind', Buffer.concat([whole, stowaway])],
    ['in front of the directory', moved(directory, stowaway)],
    ['behind the directory', Buffer.concat([whole.subarray(0, end), stowaway, whole.subarray(end)])],
    ['as an entry that is not listed', moved(directory, hidden)],
  ])('%s', async (_, source) => {
    expect(await compress(source)).toEqual({ kind: 'kept', reason: 'embedded-data' })
  })

  test('and a signature of the directory', async () => {
    const signature = Buffer.from('PK\x05\x05\0\0', 'latin1')
    const source = Buffer.concat([whole.subarray(0, end), signature, whole.subarray(end)])
    expect(await compress(source)).toEqual({ kind: 'kept', reason: 'signed' })
  })
})

describe('bombs are told before anything is unpacked', () => {
  const zeros = Buffer.alloc(17 * MIB)

  test.each<[string, () => Buffer]>([
    ['too many entries', () => file(...Array.from({ length: 10_000 }, (_, i) => part(`e/${i}`)))],
    ['a part of 300 MiB', () => file({ ...part('a'), claims: { size: 300 * MIB } })],
    [
      'a part of 64-bit size',
      () => patched(file({ ...part('a'), extra: extraField(1, Buffer.alloc(8, 1)) }), 'PK\x01\x02', 24, 0xffffffff),
    ],
    ['a part of zeros', () => file({ name: 'a', content: zeros })],
    [
      'many parts',
      () =>
        file(
          ...Array.from({ length: 6 }, (_, i) => ({
            name: `${i}`,
            content: 'x'.repeat(99_999),
            claims: { size: 200 * MIB },
          })),
        ),
    ],
    [
      'parts of zeros',
      () => file(...Array.from({ length: 16 }, (_, i) => ({ name: `${i}`, content: zeros.subarray(0, 9 * MIB) }))),
    ],
  ])('%s', async (_, make) => {
    const source = make()
    expect(inspectOffice(source)).toEqual({ kind: 'kept', reason: 'too-large' })
    expect(await compress(source)).toEqual({ kind: 'kept', reason: 'too-large' })
  })

  test('a part that claims to be small stops at what it claims', async () => {
    const source = file({ name: 'a', content: zeros, claims: { size: 100 } })
    expect(inspectOffice(source)).toMatchObject({ kind: 'office' })
    expect(await compress(source)).toEqual({ kind: 'broken', detail: 'a does not unpack' })
  })
})

describe('broken', () => {
  const whole = file(part('a'))
  const entry = { name: 'a', content: 'some text '.repeat(30) }
  test.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['only a signature', Buffer.from('PK\x03\x04')],
    ['cut short', whole.subarray(0, -9)],
    ['without its beginning', whole.subarray(99)],
    ['a wrong checksum', file({ ...entry, claims: { crc: 1 } })],
    ['a size above the truth', file({ ...entry, claims: { size: 301 } })],
    ['a size below the truth', file({ ...entry, claims: { size: 299 } })],
    ['two sizes of stored data', file({ ...entry, stored: true, claims: { size: 299 } })],
    ['data behind the end of a stream', padded(entry, Buffer.from('more'))],
    [
      'a stream that does not end',
      file({
        ...entry,
        content: deflateRawSync(Buffer.from(entry.content)).subarray(0, -2),
        stored: true,
        claims: { method: 8, size: 300 },
      }),
    ],
    ['a count above the truth', patched(whole, 'PK\x05\x06', 8, 6 * 0x10001)],
    ['a count below the truth', patched(whole, 'PK\x05\x06', 8, 4 * 0x10001)],
    ['several volumes', patched(whole, 'PK\x05\x06', 4, 0x10001)],
    ['a place outside', patched(whole, 'PK\x01\x02', 42, 0x7fffffff)],
    ['a directory outside', patched(whole, 'PK\x05\x06', 16, 0xfffffff0)],
    ['64-bit sizes that are missing', patched(whole, 'PK\x01\x02', 20, 0xffffffff)],
    ['64-bit records that contradict', patched(zip(docx(), { zip64: true }), 'PK\x06\x06', 24, 9)],
    ['a locator that points elsewhere', patched(zip(docx(), { zip64: true }), 'PK\x06\x07', 8, 9)],
    [
      'sizes behind the data that differ',
      patched(zip(docx().map((each) => ({ ...each, descriptor: 'signed' }))), 'PK\x07\x08', 8, 9),
    ],
  ])('%s', async (_, source) => {
    expect(await compress(source)).toMatchObject({ kind: 'broken' })
  })
})

/** One change of a kind that transport, tools and attackers make. */
function mutate(bytes: Buffer, other: Buffer, random: () => number): Buffer {
  const below = (length: number): number => Math.floor(random() * length)
  const changed = Buffer.from(bytes)
  switch (below(6)) {
    case 0:
      return changed.subarray(0, below(changed.length))
    case 1:
      return Buffer.concat([changed.subarray(0, below(changed.length)), other.subarray(below(other.length))])
    case 2: {
      const at = below(changed.length)
      return Buffer.concat([changed.subarray(0, at), changed.subarray(at - below(Math.min(at, 60) + 1))])
    }
    case 3:
      for (let flips = 1 + below(4); flips > 0; flips--) changed[below(changed.length)] = below(256)
      return changed
    default: {
      // A field of a header: sizes, places and flags, where most of the harm can be done.
      const signature = Buffer.from(['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'PK\x06\x06'][below(4)] ?? '', 'latin1')
      const at = changed.indexOf(signature, below(changed.length))
      const field = (at < 0 ? changed.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1')) : at) + 4 + below(42)
      const value = [0, 1, 0xff, 0xffff, 0x7fffffff, 0xffffffff, below(changed.length)][below(7)] ?? 0
      const width = [1, 2, 4][below(3)] ?? 1
      for (let i = 0; i < width && field + i < changed.length; i++) changed[field + i] = value >>> (8 * i)
      return changed
    }
  }
}

test(`${mutations} damaged packages come back as they are or as sound ones`, { timeout: 300_000 }, async () => {
  const random = randomOf(seed)
  const shown = {
    'image1.jpeg': await image(photo(40, 30)).jpeg({ quality: 97 }).toBuffer(),
    'image2.png': await image(photo(24, 18)).png({ compressionLevel: 0 }).toBuffer(),
    'image3.gif': await image(photo(20, 16)).gif({ effort: 1 }).toBuffer(),
  }
  const sources = [
    zip(docx(shown)),
    zip(docx(shown), { zip64: true }),
    zip(docx({}).map((each) => ({ ...each, descriptor: 'signed' }))),
    zip(docx({}, [{ name: 'word/embeddings/a.xlsx', content: zip(xlsx()), stored: true }]), { comment: 'a comment' }),
  ]
  const kinds = { gain: 0, kept: 0, broken: 0 }
  for (let round = 0; round < mutations; round++) {
    const source = sources[round % sources.length] ?? Buffer.alloc(0)
    const damaged = mutate(source, sources[Math.floor(random() * sources.length)] ?? source, random)
    const hint = `seed ${seed}, round ${round}`
    const answer = await compress(damaged).catch((error) => Promise.reject(new Error(hint, { cause: error })))
    kinds[answer.kind]++
    if (answer.kind === 'gain') {
      expect(answer.bytes.length, hint).toBeLessThan(damaged.length)
      expect(await compareOffice(damaged, answer.bytes), hint).toBeNull()
    }
    expect(['office', 'kept', 'broken'], hint).toContain(inspectOffice(damaged).kind)
    expect(typeof (await compareOffice(source, damaged)), hint).toMatch(/string|object/)
  }
  // Damage that all of them shrugged off, or none, would show nothing.
  for (const [kind, count] of Object.entries(kinds)) expect(count, `${kind}, seed ${seed}`).toBeGreaterThan(10)
})
