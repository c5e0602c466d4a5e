import { createHash, randomBytes } from 'node:crypto'
import { createId } from './id.js'
import type { ApiKey, JobStore } from './store/store.js'

const form = /^fast_prod_[\w-]{43}$/

/** Whether text could be a key at all. */
export function isKeyShaped(text: string): boolean {
  return form.test(text)
}

/** What is stored of a key. Its 256 random bits need no slow hash. */
export function digestOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** A new key and what is stored of it. The key itself is to be shown once and kept nowhere. */
export async function createKey(
  store: JobStore,
  { accountId, name, allow, now }: Pick<ApiKey, 'accountId' | 'name' | 'allow'> & { readonly now: number },
): Promise<{ key: string; stored: ApiKey }> {
  const key = `fast_prod_${randomBytes(32).toString('base64url')}`
  const digest = digestOfKey(key)
  const stored: ApiKey = { id: createId(now), accountId, name, digest, allow, createdAt: now, revokedAt: null }
  await store.addKey(stored)
  return { key, stored }
}
