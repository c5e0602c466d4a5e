import { isSpace } from './characters.js'
import { DamagedPdfError } from './damaged.js'
import type { Lexer } from './lexer.js'
import { countOf, isDict, type Resolve, Stream, type Value } from './values.js'

/** An indirect object as it stands in the file. */
export interface FileObject {
  readonly num: number
  readonly gen: number
  readonly value: Value
}

/** Reads an indirect object (ISO 32000-1, 7.3.10); `resolve` finds a stream's length. */
export function readObject(lexer: Lexer, resolve: Resolve): FileObject {
  const num = lexer.readCount()
  const gen = lexer.readCount()
  if (!lexer.take('obj')) throw new DamagedPdfError(`no object at byte ${lexer.at}`)
  let value = lexer.readValue()
  if (isDict(value) && lexer.take('stream')) value = new Stream(value, readData(lexer, resolve(value.get('Length'))))
  if (!lexer.take('endobj')) throw new DamagedPdfError(`object ${num} does not end at byte ${lexer.at}`)
  return { num, gen, value }
}

function readData(lexer: Lexer, length: Value): Uint8Array {
  const { bytes } = lexer
  if (bytes[lexer.at] === 0x0d) lexer.at++
  if (bytes[lexer.at] !== 0x0a)
    throw new DamagedPdfError(`a stream does not begin on a line of its own at byte ${lexer.at}`)
  const start = lexer.at + 1
  const size = countOf(length)
  if (size === null || start + size > bytes.length) throw new DamagedPdfError(`a stream has no length at byte ${start}`)
  lexer.at = start + size
  // Not as if it were text: its last bytes may look like a comment.
  while (isSpace(bytes[lexer.at])) lexer.at++
  if (!lexer.take('endstream')) throw new DamagedPdfError(`a stream has another length than it says at byte ${start}`)
  return bytes.subarray(start, start + size)
}
