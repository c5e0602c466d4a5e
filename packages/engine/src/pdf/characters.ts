const NUL = 0x00
const TAB = 0x09
const LF = 0x0a
const FF = 0x0c
const CR = 0x0d
const SPACE = 0x20

/** White space (ISO 32000-1, table 1). */
export function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === LF || byte === CR || byte === TAB || byte === NUL || byte === FF
}

const DELIMITERS = new Set('()<>[]{}/%'.split('').map((character) => character.charCodeAt(0)))

/** What ends a token besides white space (table 2). */
export function isDelimiter(byte: number | undefined): boolean {
  return byte !== undefined && DELIMITERS.has(byte)
}

/** Neither white space nor a delimiter nor the end. */
export function isRegular(byte: number | undefined): byte is number {
  return byte !== undefined && !isSpace(byte) && !isDelimiter(byte)
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

/** Value of a hexadecimal digit, or -1. */
export function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
