/** Letters of a hash in a file name, as Rollup and Rolldown name them. */
export type HashCharacters = 'base64' | 'base36' | 'hex'

// Rollup's own default length.
const defaultLength = 8

/**
 * A file name pattern whose `[hash]` is made from a digest that covers more than the bundler knows, and that hash. A
 * pattern without a hash is the user's wish and stays.
 * @param digest SHA-256 in hex.
 */
export function saltPattern(
  pattern: string,
  digest: string,
  characters: HashCharacters,
): { readonly pattern: string; readonly hash: string | null } {
  const placeholder = /\[hash(?::(\d+))?\]/
  const found = placeholder.exec(pattern)
  if (found === null) return { pattern, hash: null }
  const hash = spell(digest, characters).slice(0, found[1] === undefined ? defaultLength : Number(found[1]))
  return { pattern: pattern.replace(placeholder, hash), hash }
}

function spell(digest: string, characters: HashCharacters): string {
  if (characters === 'hex') return digest
  if (characters === 'base36') return BigInt(`0x${digest}`).toString(36)
  return Buffer.from(digest, 'hex').toString('base64url')
}
