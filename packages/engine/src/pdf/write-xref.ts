import { deflate } from './deflate.js'
import { type Dict, Name, type Value } from './values.js'
import type { Output } from './write.js'

/** Where an object was written: object 1 first. */
export type Entry = { readonly at: number } | { readonly container: number; readonly index: number }

type SerializeTrailer = (dict: Dict) => string

/** A cross-reference stream and the end of the file (ISO 32000-1, 7.5.8). */
export function writeXrefStream(file: Output, entries: readonly Entry[], trailer: SerializeTrailer): void {
  const own = { at: file.size }
  const rows = [...entries, own].map((entry) => ('at' in entry ? [1, entry.at, 0] : [2, entry.container, entry.index]))
  rows.unshift([0, 0, 0])
  const widths = [0, 1, 2].map((i) => bytesFor(rows.reduce((most, row) => Math.max(most, row[i] ?? 0), 1)))
  const columns = widths.reduce((sum, width) => sum + width, 0)
  const data = deflate(differences(rows, widths, columns))
  const dict: Dict = new Map<string, Value>([
    ['Type', new Name('XRef')],
    ['Size', rows.length],
    ['W', widths],
    ['Filter', new Name('FlateDecode')],
    [
      'DecodeParms',
      new Map<string, Value>([
        ['Predictor', 12],
        ['Columns', columns],
      ]),
    ],
    ['Length', data.length],
  ])
  file.text(`${entries.length + 1} 0 obj\n${trailer(dict)}\nstream\n`)
  file.data(data)
  file.text(`\nendstream\nendobj\nstartxref\n${own.at}\n%%EOF\n`)
}

/** A cross-reference table with its trailer and the end of the file (7.5.4, 7.5.5). */
export function writeXrefTable(file: Output, entries: readonly Entry[], trailer: SerializeTrailer): void {
  const start = file.size
  file.text(`xref\n0 ${entries.length + 1}\n0000000000 65535 f \n`)
  for (const entry of entries) if ('at' in entry) file.text(`${String(entry.at).padStart(10, '0')} 00000 n \n`)
  const dict: Dict = new Map([['Size', entries.length + 1]])
  file.text(`trailer\n${trailer(dict)}\nstartxref\n${start}\n%%EOF\n`)
}

function bytesFor(value: number): number {
  let bytes = 1
  while (value >= 256 ** bytes) bytes++
  return bytes
}

/** Rows of numbers, most significant byte first, as differences to the row above (PNG's filter 2). */
function differences(rows: readonly number[][], widths: readonly number[], columns: number): Uint8Array {
  const out = new Uint8Array(rows.length * (columns + 1))
  let above = new Uint8Array(columns)
  for (const [y, row] of rows.entries()) {
    const bytes = new Uint8Array(columns)
    let at = 0
    for (const [i, width] of widths.entries()) {
      for (let k = width - 1; k >= 0; k--) bytes[at++] = Math.floor((row[i] ?? 0) / 256 ** k) % 256
    }
    out[y * (columns + 1)] = 2
    for (let x = 0; x < columns; x++) out[y * (columns + 1) + 1 + x] = (bytes[x] ?? 0) - (above[x] ?? 0)
    above = bytes
  }
  return out
}
