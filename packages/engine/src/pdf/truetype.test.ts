import { describe, expect, test } from 'vitest'
import { concatBytes, latin1Bytes, u16be, u32be } from '../inspect/bytes.js'
import { compareFonts, withoutUnused } from './truetype.js'

/** A font file of these tables, whose words add up to what they must. */
function font(tables: Readonly<Record<string, Uint8Array>>, version = '\0\x01\0\0'): Uint8Array {
  const tags = Object.keys(tables).sort()
  let at = 12 + 16 * tags.length
  const records: Uint8Array[] = []
  const bodies: Uint8Array[] = []
  for (const tag of tags) {
    const data = tables[tag] ?? new Uint8Array()
    const body = new Uint8Array((data.length + 3) & ~3)
    body.set(data)
    records.push(latin1Bytes(tag), u32be(sumOf(body)), u32be(at), u32be(data.length))
    bodies.push(body)
    at += body.length
  }
  const power = Math.floor(Math.log2(tags.length))
  const search = [16 * 2 ** power, power, 16 * tags.length - 16 * 2 ** power]
  const header = concatBytes([latin1Bytes(version), ...[tags.length, ...search].map(u16be)])
  const whole = concatBytes([header, ...records, ...bodies])
  const head = Buffer.from(whole).indexOf(headMark)
  new DataView(whole.buffer).setUint32(head + 8, (0xb1b0afba - sumOf(whole)) >>> 0)
  return whole
}

function sumOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let sum = 0
  for (let at = 0; at < bytes.length; at += 4) sum = (sum + view.getUint32(at)) >>> 0
  return sum
}

const headMark = Buffer.from([0, 1, 0, 0, 9, 9, 9, 9])
const head = concatBytes([headMark, new Uint8Array(46)])
const filled = (length: number, value: number) => new Uint8Array(length).fill(value)
const used = { glyf: filled(41, 7), head, hmtx: filled(8, 5), GSUB: filled(6, 4) }
const whole = font({ ...used, GPOS: filled(90, 3), hdmx: filled(33, 2), DSIG: filled(5, 1) })

test('leaves out what readers of PDFs do not use, and keeps every other table', () => {
  const lean = withoutUnused(whole)
  // Sums of tables and of the file are those that a font's maker would write.
  expect(lean).toEqual(font(used))
  expect(lean && sumOf(lean)).toBe(0xb1b0afba)
  expect(lean && compareFonts(whole, lean)).toBeNull()
  expect(lean && withoutUnused(lean)).toBeNull()
})

describe('leaves alone', () => {
  test.each<[string, Uint8Array]>([
    ['a font of used tables only', font(used)],
    ['outlines of PostScript', font({ ...used, GPOS: filled(90, 3) }, 'OTTO')],
    ['a font that is cut off', whole.subarray(0, whole.length - 40)],
    ['a directory that is cut off', whole.subarray(0, 40)],
    ['nothing', new Uint8Array()],
  ])('%s', (_, bytes) => {
    expect(withoutUnused(bytes)).toBeNull()
  })
})

test.each<[string, Uint8Array, RegExp]>([
  ['another outline', font({ ...used, glyf: filled(41, 8) }), /glyf/],
  ['a table too few', font({ glyf: used.glyf, head }), /other tables/],
  ['a table too many', font({ ...used, 'cvt ': filled(4, 1) }), /other tables/],
  ['other metrics', font({ ...used, head: head.map((byte, i) => (i === 20 ? 1 : byte)) }), /head/],
  ['another kind of font', font(used, 'true'), /a font changed/],
])('%s is an objection', (_, result, why) => {
  expect(compareFonts(whole, result)).toMatch(why)
})
