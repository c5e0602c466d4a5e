import { createHash } from 'node:crypto'
import { UsageError } from '../usage-error.js'

/** What may be done with a namespace. */
export type Right = 'read' | 'write'

/** Who may do what. */
export interface Grants {
  /**
   * @param token The token that a request came with, if any.
   * @returns Whether it may, or `'unknown'` when nobody has this token.
   */
  allow(token: string | undefined, right: Right, namespace: string): boolean | 'unknown'
}

/** For a server that only this machine reaches, and that was given no tokens. */
export const everybody: Grants = { allow: () => true }

/**
 * Reads who may do what, one token a line: `token read=main,pr-* write=pr-*`. `#` begins a comment. A namespace may end
 * with `*`; what is not named is not allowed.
 * @throws {UsageError} naming the line, and never the token.
 */
export function parseGrants(text: string): Grants {
  const grants = new Map<string, Readonly<Record<Right, readonly string[]>>>()
  for (const [index, line] of text.split(/\r?\n|;/).entries()) {
    const [token, ...words] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (!token) continue
    const where = `Line ${index + 1} of the tokens`
    if (!/^[A-Za-z0-9._~+/-]{16,512}=*$/.test(token)) {
      throw new UsageError(`${where} begins with no token: 16 letters, digits or ._~+/- at least.`, hint)
    }
    grants.set(digestOf(token), rightsOf(words, where))
  }
  if (grants.size === 0) throw new UsageError('There are no tokens.', hint)
  return {
    allow(token, right, namespace) {
      // Digests are compared, so that the time it takes says nothing about tokens.
      const rights = token === undefined ? undefined : grants.get(digestOf(token))
      return rights ? rights[right].some((pattern) => fits(namespace, pattern)) : 'unknown'
    },
  }
}

const hint = 'One a line: TOKEN read=main,pr-* write=pr-*'

function rightsOf(words: readonly string[], where: string): Readonly<Record<Right, readonly string[]>> {
  const rights: Record<Right, string[]> = { read: [], write: [] }
  for (const word of words) {
    const [, right, list = ''] = /^(read|write)=(\S+)$/.exec(word) ?? []
    const patterns = list.split(',')
    if ((right !== 'read' && right !== 'write') || !patterns.every((pattern) => /^[a-z0-9._-]*\*?$/.test(pattern))) {
      throw new UsageError(`${where} says ${words.join(' ')}, which has no meaning.`, hint)
    }
    rights[right].push(...patterns)
  }
  return rights
}

function fits(namespace: string, pattern: string): boolean {
  return pattern.endsWith('*') ? namespace.startsWith(pattern.slice(0, -1)) : namespace === pattern
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
