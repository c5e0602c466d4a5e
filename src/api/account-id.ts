import { hash } from 'node:crypto'
import type { Secret } from '../util/secret.js'

/** A digest of address and key. Both together are what the service knows as one account. */
export function accountId(url: URL, key: Secret): string {
  return hash('sha256', `compress-fast account\n${url.href}\n${key.reveal()}`).slice(0, 32)
}
