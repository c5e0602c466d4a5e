import { randomBytes } from 'node:crypto'

/** A UUID of version 7 (RFC 9562): sorts by time, and its 74 random bits cannot be guessed. */
export function createId(now: number = Date.now()): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

const form = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

/** The id that a client wrote, with or without dashes; `undefined` when it is none. */
export function parseId(text: string): string | undefined {
  const hex = text.toLowerCase().replaceAll('-', '')
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  return form.test(id) ? id : undefined
}
