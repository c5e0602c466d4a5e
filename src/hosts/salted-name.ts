import { createHash } from 'node:crypto'

/** Letters of a hash in a file name, as Rollup and Rolldown name them. */
export type HashCharacters = 'base64' | 'base36' | 'hex'

// Rollup's own default length.
const defaultLength = 8

/**
 * A file name pattern whose `[hash]` covers the source and the settings under which it ships, so that a change of
 * settings changes the name. A pattern without a hash is the user's wish and stays.
 */
export function saltPattern(pattern: string, source: Uint8Array, salt: string, characters: HashCharacters): string {
  if (!pattern.includes('[hash')) return pattern
  const hash = nameHash(source, salt, characters)
  return pattern.replace(/\[hash(?::(\d+))?\]/g, (_, length: string | undefined) =>
    hash.slice(0, length === undefined ? defaultLength : Number(length)),
  )
}

function nameHash(source: Uint8Array, salt: string, characters: HashCharacters): string {
  const digest = createHash('sha256').update(salt).update(source).digest()
  if (characters === 'hex') return digest.toString('hex')
  if (characters === 'base36') return BigInt(`0x${digest.toString('hex')}`).toString(36)
  return digest.toString('base64url')
}
