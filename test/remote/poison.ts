import { type Address, seal, unseal } from '../../src/cache/seal.js'
import { createSecret } from '../../src/util/secret.js'
import { secret } from './stores.js'

/** A good entry, and another good one. */
export interface Good {
  readonly address: Address
  readonly entry: Uint8Array
  readonly other: Uint8Array
}

const right = createSecret(secret)
const macLength = 32

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

function payloadAt(entry: Uint8Array): number {
  return 12 + Buffer.from(entry).readUInt32BE(8) + macLength
}

function resealed({ address, entry }: Good, changed: Partial<Address>, key = right): Uint8Array {
  const opened = unseal(entry, address, [right])
  if ('fault' in opened) throw new Error(`The good entry has the fault ${opened.fault}.`)
  return seal(opened.verdict, { ...address, ...changed }, key) ?? new Uint8Array()
}

/** What an enemy may put in the place of an entry. */
export const poisons: Readonly<Record<string, (good: Good) => Uint8Array>> = {
  'a wrong signature': ({ entry }) => flip(entry, payloadAt(entry) - 1),
  'a signature by another secret': (good) => resealed(good, {}, createSecret('0123456789abcdef-another')),
  'no signature': ({ entry }) =>
    Buffer.concat([entry.subarray(0, payloadAt(entry) - macLength), entry.subarray(payloadAt(entry))]),
  'the entry of another file': ({ other }) => other,
  'the entry of another namespace': (good) => resealed(good, { namespace: 'pr-1' }),
  'far too many bytes': ({ entry }) => Buffer.concat([entry, Buffer.alloc(2 ** 20)]),
  'one byte more than it says': ({ entry }) => Buffer.concat([entry, Buffer.of(0)]),
  'other bytes than were signed': ({ entry }) =>
    flip(Buffer.concat([entry, entry.byteLength === payloadAt(entry) ? Buffer.of(0) : Buffer.of()]), payloadAt(entry)),
  'a header that claims to be huge': ({ entry }) => flip(entry, 8),
  'half of it': ({ entry }) => entry.subarray(0, entry.byteLength >> 1),
  garbage: () => Buffer.from('<html>502 Bad Gateway</html>'),
}
