/** Letters of a hash in a file name, as Rollup and Rolldown name them. */
export type HashCharacters = 'base64' | 'base36' | 'hex'

// Rollup's own default length.
const defaultLength = 8

/**
 * A file name pattern whose `[hash]` is made from a digest that covers more than the bundler knows. A pattern without a
 * hash is the user's wish and stays.
 * @param digest SHA-256 in hex.
 */
export function saltPattern(pattern: string, digest: string, characters: HashCharacters): string {
  if (!pattern.includes('[hash')) return pattern
  const hash = spell(digest, characters)
  return pattern.replace(/\[hash(?::(\d+))?\]/g, (_, length: string | undefined) =>
    hash.slice(0, length === undefined ? defaultLength : Number(length)),
  )
}

function spell(digest: string, characters: HashCharacters): string {
  if (characters === 'hex') return digest
  if (characters === 'base36') return BigInt(`0x${digest}`).toString(36)
  return Buffer.from(digest, 'hex').toString('base64url')
}
