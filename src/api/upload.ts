import { hash } from 'node:crypto'
import type { Format } from '../types.js'

/** What an account is sent, under a name that tells nothing of it: the same content always has the same. */
export function uploadId(account: string, format: Format, digest: string): string {
  return hash('sha256', `compress-fast upload\n${account}\n${format}\n${digest}`)
}

/** The key under which the service recognises a submit that it has seen. */
export function idempotencyKey(upload: string, epoch: number): string {
  return hash('sha256', `compress-fast submit\n${upload}\n${epoch}`).slice(0, 48)
}

/** The extension by which the service knows a format. */
export function extensionFor(format: Format): string {
  return format === 'jpeg' ? 'jpg' : format
}
