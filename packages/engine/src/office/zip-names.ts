import { LeftAloneError } from './reasons.js'
import { flag } from './zip-records.js'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** A name as text. Without the UTF-8 flag it is in some code page: told apart byte by byte, that is enough here. */
export function decodeName(bytes: Uint8Array, flags: number): string {
  if ((flags & flag.utf8) === 0) return Buffer.from(bytes).toString('latin1')
  try {
    return decoder.decode(bytes)
  } catch {
    throw new LeftAloneError('unsafe-archive', 'a name that is no UTF-8')
  }
}

/** Refuses names that programs unpack to different places. @throws LeftAloneError */
export function checkNames(names: readonly string[]): void {
  const seen = new Set<string>()
  for (const name of names) {
    if (!isSafe(name)) throw new LeftAloneError('unsafe-archive', `a part called ${JSON.stringify(name)}`)
    // Part names are compared without regard to case (ECMA-376-2, 6.2.2.3).
    const folded = name.toLowerCase()
    if (seen.has(folded)) throw new LeftAloneError('unsafe-archive', `two parts called ${JSON.stringify(name)}`)
    seen.add(folded)
  }
}

/** A relative path, `/` between its segments, that stays below where it begins; a folder's ends in `/`. */
function isSafe(name: string): boolean {
  if (name === '' || /[\\\0]/.test(name) || /^[a-z]:/i.test(name)) return false
  const segments = (name.endsWith('/') ? name.slice(0, -1) : name).split('/')
  return segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..')
}
