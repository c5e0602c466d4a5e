import { expect, test } from 'vitest'
import { createInHand } from './in-hand.js'

test('looks ahead as far as it is told while files are small', () => {
  const hand = createInHand({ atOnce: 2, ahead: 3 }, 100)
  for (let count = 0; count < 5; count++) {
    expect(hand.hasRoom()).toBe(true)
    hand.take(10)
  }
  expect(hand.hasRoom()).toBe(false)
  hand.putDown(10)
  expect(hand.hasRoom()).toBe(true)
})

test('takes large files as if it did not look ahead, and goes on when they are put down', async () => {
  const hand = createInHand({ atOnce: 2, ahead: 3 }, 100)
  for (const size of [1000, 1000]) {
    expect(hand.hasRoom()).toBe(true)
    hand.take(size)
  }
  expect(hand.hasRoom()).toBe(false)
  const changed = hand.change()
  hand.putDown(1000)
  await changed
  expect(hand.hasRoom()).toBe(true)
  hand.putDown(1000)
  for (let count = 0; count < 5; count++) hand.take(1)
  expect(hand.hasRoom()).toBe(false)
})
