import { describe, expect, test } from 'vitest'
import { nameOf } from '../../src/cache/seal.js'
import { buildClone, shipped } from './clones.js'
import { type Good, poisons } from './poison.js'
import { type Kind, kinds, type Running } from './stores.js'

// A dozen builds, on a machine that others use too.
const manyBuilds = 240_000

/** The entries of a build, which are the same whatever keeps them. */
function goodEntries(): Promise<Good[]> {
  remembered ??= makeEntries()
  return remembered
}

let remembered: Promise<Good[]> | undefined

async function makeEntries(): Promise<Good[]> {
  const entries = new Map<string, Uint8Array>()
  const remote = {
    get: async (name: string) => entries.get(name),
    put: async (name: string, bytes: Uint8Array) => void entries.set(name, bytes),
  }
  await buildClone({ remote, env: {} })
  const all = [...entries].map(([name, entry]) => {
    const [namespace = '', key = ''] = name.split('/')
    return { address: { namespace, key }, entry }
  })
  expect(all.length).toBeGreaterThanOrEqual(3)
  return all.map((good, index) => ({ ...good, other: all[(index + 1) % all.length]?.entry ?? new Uint8Array() }))
}

describe.each(kinds)('$name', ({ start, isMissing }: Kind) => {
  test('the second clone compresses nothing', async ({ skip }) => {
    if (isMissing) skip(isMissing)
    const store = await start()
    const first = await buildClone(store)
    expect(first.report.totals.from).toMatchObject({ engine: 3, remote: 0 })
    const second = await buildClone(store)
    expect(second.report.totals).toMatchObject({ compressed: 2, kept: 1, from: { engine: 0, remote: 3 } })
    expect(shipped(second)).toEqual(shipped(first))
    expect(second.report.assets.map(({ path, quality }) => [path, quality])).toEqual(
      first.report.assets.map(({ path, quality }) => [path, quality]),
    )
  })

  test(
    'nothing that was tampered with is taken, and what is good takes its place',
    async ({ skip }) => {
      if (isMissing) skip(isMissing)
      const good = await goodEntries()
      const store: Running = await start()
      const clean = await buildClone(store)
      for (const [name, poison] of Object.entries(poisons)) {
        for (const entry of good) await store.plant(nameOf(entry.address), poison(entry))
        const built = await buildClone(store, { expectWarnings: ['An entry of the shared cache'] })
        expect(built.report.totals.from, name).toMatchObject({ remote: 0, engine: 3 })
        expect(built.report.warnings, name).toMatchObject([{ code: 'CACHE_TROUBLE' }])
        expect(shipped(built), name).toEqual(shipped(clean))
      }
      const healed = await buildClone(store)
      expect(healed.report.totals.from).toMatchObject({ remote: 3, engine: 0 })
    },
    manyBuilds,
  )
})
