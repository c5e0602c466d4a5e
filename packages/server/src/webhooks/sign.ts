import { createHmac } from 'node:crypto'

/** What is signed, as Standard Webhooks has it. */
export interface Message {
  /** The same at every try. */
  readonly id: string
  /** Seconds since 1970, of this try. */
  readonly timestamp: number
  readonly body: string
}

/** The headers that let a receiver know who wrote a message, and when (https://www.standardwebhooks.com). */
export function signedHeaders({ id, timestamp, body }: Message, secret: string): Record<string, string> {
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` }
}

/** A secret of the standard's form holds its key in base64; any other is its own key. */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret, 'utf8')
}
