import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createLayeredCache } from '../cache/layered.js'
import { createMemoryCache } from '../cache/memory.js'
import type { Engine } from '../engine/engine.js'
import { type Options, optionEffects } from '../options.js'
import { resolveOptions } from '../resolve-options.js'
import type { Asset, Format } from '../types.js'
import { createStopwatch } from '../util/stopwatch.js'
import { createLedger } from './ledger.js'
import { createQueue } from './queue.js'
import { createSession } from './session.js'
import { createSettingsOf } from './settings.js'
import { createWarnings } from './warnings.js'
import { createKeyOf } from './work.js'

const photo = readFileSync(new URL('../../test/fixtures/photo.jpg', import.meta.url))
const formats: Format[] = ['jpeg', 'png']

const engine: Engine = { id: 'test', version: '1', formats, compress: async () => ({ gain: false, reason: 'no-gain' }) }

function sessionWith(options: Options, over: Partial<Engine> = {}) {
  const ledger = createLedger()
  const warnings = createWarnings()
  const resolved = resolveOptions({ concurrency: 2, ...options }, {})
  const watch = { queued: () => {}, done: () => {} }
  const results = createLayeredCache([{ name: 'memory', cache: createMemoryCache() }])
  const used = { ...engine, ...over }
  const tools = {
    engine: used,
    keyOf: createKeyOf(used),
    check: undefined,
    results,
    queue: createQueue(),
    inFlight: new Map(),
    watch,
  }
  const clock = createStopwatch()
  const session = createSession({
    options: resolved,
    root: '/project',
    tools,
    ledger,
    warnings,
    clock,
    publisher: { publish: async () => {}, announce: () => {} },
  })
  return { session, ledger, warnings }
}

function asset(path: string, bytes: Uint8Array = photo): Asset {
  return { path, source: `src/${path}`, origin: 'bundle', bytes }
}

describe('names and keys follow every option that can change what ships', () => {
  const changes: Record<keyof Options, Options> = {
    engine: {},
    fallback: { fallback: 'local' },
    api: { api: { maxCredits: 5 } },
    quality: { quality: 'high' },
    effort: { effort: 'max' },
    metadata: { metadata: 'all' },
    resize: { resize: '720p' },
    formats: { formats: { jpeg: { quality: 90 } } },
    overrides: { overrides: [{ files: '*.jpg', quality: 90 }] },
    minSize: { minSize: 1_000_000 },
    minSavings: { minSavings: 1 },
    include: { include: '*.png' },
    exclude: { exclude: 'src/**' },
    inline: { inline: false },
    dirs: { dirs: 'copies' },
    cache: { cache: false },
    lockFile: { lockFile: false },
    frozen: { frozen: true },
    concurrency: { concurrency: 7 },
    deadline: { deadline: 10 },
    onError: { onError: 'keep' },
    report: { report: false },
    budgets: { budgets: { total: 1 } },
  }
  const saltOf = (options: Options, over: Partial<Engine> = {}) =>
    sessionWith(options, over).session.offer(asset('a.jpg'), false)?.nameDigest
  const keyWith = (options: Options, over: Partial<Engine> = {}) => {
    const settings = createSettingsOf(resolveOptions(options, {}))('jpeg', { path: 'a.jpg', source: null })
    if (settings === 'off') throw new Error('jpeg is on in all of these')
    return createKeyOf({ ...engine, ...over })('0'.repeat(64), 'jpeg', settings)
  }

  test.each(Object.keys(changes) as (keyof Options)[])('%s', (name) => {
    const over = name === 'engine' ? { version: '2' } : {}
    const changesName = saltOf(changes[name], over) !== saltOf({})
    const changesKey = keyWith(changes[name], over) !== keyWith({})
    expect(changesKey).toBe(optionEffects[name] === 'result')
    // Inlined bytes are part of the module that holds them, whose own hash follows.
    expect(changesName).toBe(optionEffects[name] !== 'none' && name !== 'inline')
  })
})

test('an asset that is offered first is worked on once', async () => {
  let runs = 0
  const compress: Engine['compress'] = async () => {
    runs++
    return { gain: false, reason: 'no-gain' }
  }
  const { session, ledger } = sessionWith({}, { compress })
  session.offer(asset('a.jpg'), true)
  session.offer(asset('b.jpg'), true)
  await Promise.all([session.settle(asset('a.jpg'), '/dist'), session.settle(asset('b.jpg'), '/dist')])
  expect(runs).toBe(1)
  expect(
    ledger
      .all()
      .map((line) => line.from)
      .sort(),
  ).toEqual(['engine', 'memory'])
})

test('no more work is begun once the engine says that it cannot, until the next build', async () => {
  let runs = 0
  const compress: Engine['compress'] = async () => {
    runs++
    throw Object.assign(new Error('no key'), { code: 'KEY', scope: 'run', hint: null })
  }
  const { session, ledger, warnings } = sessionWith({}, { compress })
  session.begin('/dist', 'whole')
  await session.settle(asset('a.jpg'), '/dist')
  await session.settle(asset('b.jpg', photo.subarray(0)), '/dist')
  await session.settle(asset('c.jpg', Buffer.concat([photo, Buffer.alloc(1)])), '/dist')
  expect(runs).toBe(1)
  expect(ledger.all().map((line) => line.reason)).toEqual(['key', 'key', 'key'])
  expect(warnings.all()).toEqual([{ code: 'KEY', message: 'no key', hint: null }])
  await session.finish('/dist')
  session.begin('/dist', 'whole')
  await session.settle(asset('a.jpg'), '/dist')
  expect(runs).toBe(2)
})

test('a build of a folder that was built starts with an empty report; others, parts and rebuilds do not', async () => {
  const { session, ledger } = sessionWith({})
  const paths = () => ledger.all().map((line) => line.path)
  session.begin('/a', 'part')
  await session.settle(asset('a.jpg'), '/a')
  await session.finish('/a')
  session.begin('/b', 'part')
  await session.settle(asset('b.jpg'), '/b')
  expect(paths()).toEqual(['a.jpg', 'b.jpg'])
  await session.settle({ ...asset('main.css'), origin: 'inline' }, '/b')
  session.begin('/b', 'rebuild')
  expect(paths()).toEqual(['a.jpg', 'main.css'])
  await session.finish('/b')
  session.begin('/c', 'whole')
  expect(paths()).toEqual(['a.jpg', 'main.css'])
  await session.finish('/c')
  session.begin('/a', 'whole')
  expect(paths()).toEqual([])
})

test('frozen, no engine is asked, also where it fails builds or stands in for another', async () => {
  let asked = 0
  const compress: Engine['compress'] = async () => {
    asked++
    return { gain: false, reason: 'no-gain' }
  }
  for (const options of [{}, { onError: 'fail' }, { deadline: 0 }] as const) {
    const { session, ledger, warnings } = sessionWith({ frozen: true, ...options }, { compress })
    session.begin('/dist', 'whole')
    session.offer(asset('a.jpg'), true)
    expect(await session.settle(asset('a.jpg'), '/dist')).toBeUndefined()
    expect(ledger.all()).toMatchObject([{ outcome: 'failed', reason: 'not-cached', from: null }])
    expect(warnings.all()).toEqual([])
  }
  expect(asked).toBe(0)
})
