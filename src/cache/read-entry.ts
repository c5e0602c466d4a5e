import type { Verdict } from './cache.js'
import { decodeEntry, type EntryFault, largestEntry } from './entry.js'
import { readPlainFile } from './read-plain-file.js'

/** What lies under an entry's path. */
export type ReadResult =
  | { readonly kind: 'hit'; readonly verdict: Verdict /** Milliseconds since 1970. */; readonly usedAt: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'bad'; readonly fault: EntryFault | 'not-a-file' | 'too-large' }

/**
 * Reads and verifies an entry. Nothing else reads entries.
 * @throws the file system's error when it does not even let us look.
 */
export function readEntry(path: string, key: string): ReadResult {
  const file = readPlainFile(path, largestEntry)
  if (file.kind === 'missing') return { kind: 'missing' }
  if (file.kind !== 'read') return { kind: 'bad', fault: file.kind }
  const decoded = decodeEntry(file.bytes, key)
  if ('fault' in decoded) return { kind: 'bad', fault: decoded.fault }
  return { kind: 'hit', verdict: decoded.verdict, usedAt: file.usedAt }
}
