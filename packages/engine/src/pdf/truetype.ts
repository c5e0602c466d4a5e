import { latin1, latin1Bytes, u32be } from '../inspect/bytes.js'

/**
 * Tables that a PDF's readers have no use for: advances at single sizes of a screen, positions and kerning, for which
 * the page's content says where each glyph stands, and a signature over the font that was broken when it was embedded.
 * ISO 32000-1, 9.9 names the tables that are used. Substitutions stay, as vertical writing may need them.
 */
const UNUSED = new Set(['DSIG', 'GPOS', 'JSTF', 'LTSH', 'PCLT', 'VDMX', 'hdmx', 'kern', 'meta', 'FFTM'])

/** Outlines of TrueType; collections and outlines of PostScript begin otherwise. */
const VERSIONS = new Set(['\0\x01\0\0', 'true'])

const HEADER = 12
const RECORD = 16

interface Table {
  readonly tag: string
  /** As it is in the directory, which sums the table's words up. */
  readonly checksum: Uint8Array
  readonly data: Uint8Array
}

/** A font program without what is not used; `null` when there is nothing to leave out, or it is none we understand. */
export function withoutUnused(font: Uint8Array): Uint8Array | null {
  const tables = readTables(font)
  const kept = tables?.filter(({ tag }) => !UNUSED.has(tag)) ?? []
  return tables === null || kept.length === 0 || kept.length === tables.length ? null : write(font, kept)
}

/** Why one font must not stand for another, or `null`: tables are the same, and none is missing that is used. */
export function compareFonts(source: Uint8Array, result: Uint8Array): string | null {
  const before = readTables(source)
  const after = readTables(result)
  if (before === null || after === null || latin1(source, 0, 4) !== latin1(result, 0, 4)) return 'a font changed'
  const kept = before.filter(({ tag }) => !UNUSED.has(tag) || after.some((table) => table.tag === tag))
  if (kept.length !== after.length) return 'a font has other tables'
  const differing = kept.find(({ tag, data }, i) => after[i]?.tag !== tag || !isSame(tag, data, after[i].data))
  return differing === undefined ? null : `table ${differing.tag} of a font changed`
}

/** Where a font's first table notes a sum over the whole file. */
const ADJUSTMENT = 8

function isSame(tag: string, a: Uint8Array, b: Uint8Array): boolean {
  if (tag !== 'head') return Buffer.compare(a, b) === 0
  return a.length === b.length && a.every((byte, i) => byte === b[i] || (i >= ADJUSTMENT && i < ADJUSTMENT + 4))
}

/** The tables in the order of the directory, or `null` when it contradicts itself. */
function readTables(font: Uint8Array): Table[] | null {
  if (font.length < HEADER || !VERSIONS.has(latin1(font, 0, 4))) return null
  const view = new DataView(font.buffer, font.byteOffset, font.length)
  const count = view.getUint16(4)
  const end = HEADER + RECORD * count
  if (end > font.length) return null
  const tables: Table[] = []
  for (let at = HEADER; at < end; at += RECORD) {
    const from = view.getUint32(at + 8)
    const to = from + view.getUint32(at + 12)
    const tag = latin1(font, at, at + 4)
    if (from < end || to > font.length || tables.some((table) => table.tag === tag)) return null
    tables.push({ tag, checksum: font.subarray(at + 4, at + 8), data: font.subarray(from, to) })
  }
  return tables
}

/** Tables behind a new directory, each at a multiple of four bytes (OpenType 1.9, "Organization of an OpenType Font"). */
function write(font: Uint8Array, tables: readonly Table[]): Uint8Array {
  const power = Math.floor(Math.log2(tables.length))
  const range = RECORD * 2 ** power
  const size = tables.reduce((sum, { data }) => sum + roundUp(data.length), HEADER + RECORD * tables.length)
  const out = new Uint8Array(size)
  const view = new DataView(out.buffer)
  out.set(font.subarray(0, 4))
  view.setUint16(4, tables.length)
  view.setUint16(6, range)
  view.setUint16(8, power)
  view.setUint16(10, RECORD * tables.length - range)
  let to = HEADER + RECORD * tables.length
  for (const [i, { tag, checksum, data }] of tables.entries()) {
    const at = HEADER + RECORD * i
    out.set(latin1Bytes(tag), at)
    out.set(checksum, at + 4)
    out.set([...u32be(to), ...u32be(data.length)], at + 8)
    out.set(data, to)
    if (tag === 'head' && data.length >= ADJUSTMENT + 4) view.setUint32(to + ADJUSTMENT, 0)
    to += roundUp(data.length)
  }
  adjust(view, tables)
  return out
}

/** Lets the words of the file sum up to what they must. */
function adjust(view: DataView, tables: readonly Table[]): void {
  const head = tables.findIndex(({ tag, data }) => tag === 'head' && data.length >= ADJUSTMENT + 4)
  if (head < 0) return
  let sum = 0
  for (let at = 0; at < view.byteLength; at += 4) sum = (sum + view.getUint32(at)) >>> 0
  view.setUint32(view.getUint32(HEADER + RECORD * head + 8) + ADJUSTMENT, (0xb1b0afba - sum) >>> 0)
}

function roundUp(length: number): number {
  return (length + 3) & ~3
}
