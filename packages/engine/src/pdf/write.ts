import { latin1Bytes } from '../inspect/bytes.js'
import type { Effort } from '../types.js'
import { packContainers } from './containers.js'
import { deflateBest } from './deflate.js'
import type { Model } from './model.js'
import { type Renumber, serialize } from './serialize.js'
import { type Dict, Name, Ref, Stream, type Value } from './values.js'
import { type Entry, writeXrefStream, writeXrefTable } from './write-xref.js'

/** Marks the file as binary for those who look at its first bytes. */
const BINARY_MARK = '%\xe2\xe3\xcf\xd3\n'

/** Writes a whole file. The same model gives the same bytes. `classic` means without object streams (PDF 1.4). */
export async function writePdf(model: Model, classic: boolean, effort: Effort): Promise<Uint8Array> {
  const { plain, packed } = arrange(model, classic)
  const numbers = new Map([...plain, ...packed.flat()].map((num, i) => [num, i + 1]))
  const renumber: Renumber = (num) => numbers.get(num) ?? null
  const file = new Output(`%PDF-${classic ? model.version : laterOf(model.version, '1.5')}\n${BINARY_MARK}`)
  const entries: Entry[] = []
  for (const num of plain) {
    entries.push({ at: file.size })
    writeObject(file, numbers.get(num) ?? 0, model.objects.get(num) ?? null, renumber)
  }
  const containers: Entry[] = []
  let next = numbers.size + 1
  for (const nums of packed) {
    const container = await packObjects(
      nums.map((num) => [numbers.get(num) ?? 0, model.objects.get(num) ?? null]),
      renumber,
      effort,
    )
    entries.push(...nums.map((_, index) => ({ container: next, index })))
    containers.push({ at: file.size })
    writeObject(file, next++, container, renumber)
  }
  const trailer = trailerOf(model)
  const write = classic ? writeXrefTable : writeXrefStream
  write(file, [...entries, ...containers], (dict) => serialize(new Map([...dict, ...trailer]), renumber))
  return file.bytes()
}

/** Bytes as they come. */
export class Output {
  readonly #parts: Uint8Array[] = []
  size = 0

  constructor(head: string) {
    this.text(head)
  }

  text(text: string): void {
    this.data(latin1Bytes(text))
  }

  data(bytes: Uint8Array): void {
    this.#parts.push(bytes)
    this.size += bytes.length
  }

  bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts))
  }
}

function writeObject(file: Output, num: number, value: Value, renumber: Renumber): void {
  if (!(value instanceof Stream)) {
    file.text(`${num} 0 obj\n${serialize(value, renumber)}\nendobj\n`)
    return
  }
  const dict: Dict = new Map([...value.dict, ['Length', value.raw.length]])
  file.text(`${num} 0 obj\n${serialize(dict, renumber)}\nstream\n`)
  file.data(value.raw)
  file.text('\nendstream\nendobj\n')
}

/** Numbers of objects that stand alone, and of those that share an object stream. */
function arrange({ objects }: Model, classic: boolean): { plain: number[]; packed: number[][] } {
  const all = [...objects.keys()]
  if (classic) return { plain: all, packed: [] }
  const plain = all.filter((num) => objects.get(num) instanceof Stream)
  return { plain, packed: packContainers(objects) }
}

/** An object stream (ISO 32000-1, 7.5.7). */
async function packObjects(objects: [number, Value][], renumber: Renumber, effort: Effort): Promise<Stream> {
  let head = ''
  let body = ''
  for (const [num, value] of objects) {
    head += `${num} ${body.length} `
    body += `${serialize(value, renumber)}\n`
  }
  const dict: Dict = new Map<string, Value>([
    ['Type', new Name('ObjStm')],
    ['N', objects.length],
    ['First', head.length],
    ['Filter', new Name('FlateDecode')],
  ])
  return new Stream(dict, await deflateBest(latin1Bytes(head + body), effort))
}

function trailerOf({ trailer }: Model): Dict {
  const dict: Dict = new Map<string, Value>([['Root', new Ref(trailer.root.num, 0)]])
  if (trailer.info !== null) dict.set('Info', trailer.info)
  if (trailer.id !== null) dict.set('ID', trailer.id)
  return dict
}

function laterOf(a: string, b: string): string {
  return a > b ? a : b
}
