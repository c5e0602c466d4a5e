import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** A file of the package, and a name for these bytes of it. */
export interface Content {
  readonly text: string
  /** With its quotation marks, as headers have it. */
  readonly etag: string
}

/** Reads a file of the package. */
export async function readContent(file: string): Promise<Content> {
  const text = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8')
  const digest = createHash('sha256').update(text).digest('base64url')
  return { text, etag: `"${digest.slice(0, 22)}"` }
}

/** Whether an `If-None-Match` names an entity tag (RFC 9110, 13.1.2): a client that has these bytes needs no others. */
export function hasTag(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((part) => part.trim().replace(/^W\//, '') === etag) ?? false
}
