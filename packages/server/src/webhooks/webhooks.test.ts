import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { nextTry } from './schedule.js'
import { signedHeaders } from './sign.js'

test('1,000 signatures are the standard’s own', () => {
  for (let count = 0; count < 1000; count += 1) {
    const bytes = randomBytes(16 + (count % 100))
    const secret = count % 2 ? `whsec_${bytes.toString('base64')}` : bytes.toString('hex')
    const library = count % 2 ? new Webhook(secret) : new Webhook(secret, { format: 'raw' })
    const message = { id: `msg_${count}`, timestamp: Math.floor(Date.now() / 1000), body: bytes.toString('base64') }
    const signature = library.sign(message.id, new Date(message.timestamp * 1000), message.body)
    expect([secret, signedHeaders(message, secret)['webhook-signature']]).toEqual([secret, signature])
  }
})

test('tries come later and later, spread by a fifth, never sooner than asked, and end', () => {
  const HOUR = 3_600_000
  const waits = Array.from({ length: 10 }, (_, index) => nextTry(index + 1, 0.5))
  expect(waits).toEqual([
    5000,
    30_000,
    120_000,
    600_000,
    1_800_000,
    2 * HOUR,
    6 * HOUR,
    12 * HOUR,
    24 * HOUR,
    undefined,
  ])
  expect([nextTry(1, 0), nextTry(1, 1)]).toEqual([4500, 5500])
  expect(nextTry(1, 0.5, 60_000)).toBe(60_000)
  expect(nextTry(9, 0.5, 1e12)).toBe(24 * HOUR)
  expect(nextTry(10, 0.5, 60_000)).toBeUndefined()
})
