import { afterAll, beforeAll, expect, test } from 'vitest'
import { pickSeed, seeded } from '../faults/workers/random.mjs'
import { createProject, faultsOf } from './build.js'
import { type Plan, type Route, startFaultProxy } from './fault-proxy.js'
import { type FaultName, faults } from './faults.js'
import { startServer, type TestServer } from './server.js'

// Sixty meet each fault some times; `COMPRESS_FAST_FULL=1` sends as many as the promise is made for.
const images = process.env['COMPRESS_FAST_FULL'] ? 300 : 60
const seed = pickSeed()

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

// Shares of a hundred requests; together thirty.
const shares: readonly (readonly [FaultName, number])[] = [
  ['resetBefore', 8],
  ['resetAfterBody', 2],
  ['resetAfter', 5],
  ['throttledZero', 2],
  ['throttledFraction', 3],
  ['error500', 2],
  ['error502', 1],
  ['error503', 2],
  ['html200', 2],
  ['truncatedAfter', 3],
]

const steps = shares.map(([name], index) => ({
  name,
  upTo: shares.slice(0, index + 1).reduce((sum, [, share]) => sum + share, 0),
}))

/** Bad weather, until it is over. */
interface Weather {
  isStormy: boolean
  /** Faults so far, by route. */
  readonly hits: Map<Route, number>
}

function planOf(weather: Weather): Plan {
  const { hits } = weather
  const random = seeded(seed)
  return {
    fault(route) {
      if (!weather.isStormy) return undefined
      const dice = random() * 100
      const hit = steps.find(({ upTo }) => dice < upTo)
      if (hit) hits.set(route, (hits.get(route) ?? 0) + 1)
      return hit && faults[hit.name]
    },
  }
}

test(`${images} images in a storm: none lost, none broken, none paid twice (SEED=${seed})`, {
  timeout: 300_000,
}, async () => {
  const project = await createProject(images)
  const account = await server.account(images)
  const weather: Weather = { isStormy: true, hits: new Map() }
  const { hits } = weather
  const proxy = await startFaultProxy(server.url, planOf(weather))
  const service = { url: proxy.url, key: account.key }
  try {
    const stormy = await project.start(service).ended
    console.log(`storm: ${JSON.stringify(proxy.counts)}, of which faulty ${JSON.stringify(Object.fromEntries(hits))}`)
    expect(stormy.code, stormy.output).toBe(0)
    expect(faultsOf(project)).toEqual([])
    const { totals, assets } = await project.report()
    expect(totals.compressed + totals.kept + totals.failed).toBe(images)
    // The few whose luck ran out ship as they are.
    expect(
      totals.compressed,
      JSON.stringify(assets.filter((line) => line.outcome !== 'compressed')),
    ).toBeGreaterThanOrEqual(images * 0.95)
    for (const route of ['submit', 'status', 'download'] as const) expect(hits.get(route)).toBeGreaterThan(images / 10)

    // In fair weather the rest follows, and what was paid is not paid again: there are no more credits than images. The
    // address is the same, as what is paid is remembered by address and key.
    weather.isStormy = false
    const fair = await project.start(service).ended
    expect(fair.code, fair.output).toBe(0)
    expect(faultsOf(project)).toEqual([])
    const { assets: rest } = await project.report()
    expect(rest.filter(({ outcome }) => outcome !== 'compressed')).toEqual([])
    expect(rest.length).toBe(images)
    expect(await server.spent(account.id)).toEqual({ charged: images, reserved: 0 })
  } finally {
    await proxy.close()
    await project.remove()
  }
})
