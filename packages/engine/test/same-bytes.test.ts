import { createHash } from 'node:crypto'
import { type CompressOptions, createEngine, type Effort } from '@compress-fast/engine'
import { expect, test } from 'vitest'
import { randomOf } from './images.js'
import { formats, readSources } from './stress/sources.js'

/** Files of each format: the smallest, but for icons. */
const PER_FORMAT = 2
const LEAST_BYTES = 2_000
const SEED = 20_261_124

/** What came of a file, as far as it has to be the same each time. */
interface Told {
  readonly digest: string
  readonly quality: number | null
  readonly reason: string | null
}

/** Compresses in an order of its own, with processes that are replaced after so many files. */
async function tell(
  files: readonly Uint8Array[],
  { concurrency, effort, order }: { concurrency: number; effort: Effort; order: readonly number[] },
): Promise<Told[]> {
  const engine = createEngine({ concurrency, recycleAfter: 3 })
  const options: CompressOptions = { effort }
  const told: Told[] = []
  await Promise.all(
    order.map(async (index) => {
      const { bytes, quality, reason } = await engine.compress(files[index] ?? new Uint8Array(), options)
      told[index] = { digest: createHash('sha256').update(bytes).digest('hex'), quality, reason }
    }),
  )
  await engine.close()
  return told
}

function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1))
    ;[order[i], order[other]] = [order[other] ?? 0, order[i] ?? 0]
  }
  return order
}

test.each<Effort>(['fast', 'balanced'])(
  'effort %s: the same bytes and scores in any order, crowd and process',
  { timeout: 300_000 },
  async (effort) => {
    const sources = await readSources(false)
    const files = formats.flatMap((format) => {
      const own = (sources.get(format) ?? []).filter(
        ({ bytes, name }) => bytes.length > LEAST_BYTES && !name.startsWith('broken'),
      )
      const sorted = own.toSorted((a, b) => a.bytes.length - b.bytes.length)
      return sorted.slice(0, PER_FORMAT).map(({ bytes }) => bytes)
    })
    expect(files.length).toBeGreaterThan(formats.length)
    const inOrder = files.map((_, i) => i)
    const first = await tell(files, { concurrency: 1, effort, order: inOrder })
    // What nobody makes smaller would be the same in any case.
    expect(first.filter(({ reason }) => reason === null).length).toBeGreaterThan(formats.length / 2)
    const random = randomOf(SEED)
    for (const concurrency of [2, 8]) {
      const order = shuffled(files.length, random)
      expect(await tell(files, { concurrency, effort, order }), `seed ${SEED}, ${concurrency} at once`).toEqual(first)
    }
  },
)
