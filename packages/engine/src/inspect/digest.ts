import { createHash } from 'node:crypto'

/** 16 hexadecimal digits that stand for these bytes: enough to tell colour profiles apart. */
export function shortDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}
