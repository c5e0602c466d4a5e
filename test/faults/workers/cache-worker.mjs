/*
 * One process that uses a cache until it is killed or its time is over. Started by the tests of the cache with
 * `fork(file, [JSON.stringify(task)])`; says `ready` before it begins, and sends its counts every 100 ms and at the end.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDiskCache } from '../../../dist/cache/disk.js'
import { digestOf } from '../../../dist/cache/key.js'
import { layoutOf } from '../../../dist/cache/layout.js'
import { sweep } from '../../../dist/cache/sweep.js'
import { isPayloadOf, keyAt, payloadFor, seeded } from './random.mjs'

/**
 * @typedef {object} Task
 * @property {string} dir
 * @property {number} seed
 * @property {number} keys how many different keys there are
 * @property {number} maxLength of a payload, in bytes
 * @property {'read' | 'write' | 'mixed' | 'sweep'} role
 * @property {'cache' | 'in-place'} store `in-place` is the writer that does everything wrong, to show that it is noticed
 * @property {number} milliseconds
 * @property {number} [pause] between steps, in milliseconds
 * @property {number} [ahead] how far this process's clock is ahead, in milliseconds
 * @property {number} [maxSize] of the cache, in bytes
 */

/** @type {Task} */
const task = JSON.parse(process.argv[2] ?? '')
const random = seeded(task.seed)
const now = () => Date.now() + (task.ahead ?? 0)
const maxSize = task.maxSize ?? 1e12
const counts = { reads: 0, hits: 0, wrong: 0, writes: 0, sweeps: 0, evicted: 0, exceptions: 0 }
/** @type {string[]} */
const warnings = []

const store = task.store === 'cache' ? verifiedStore() : inPlaceStore()

function verifiedStore() {
  const warn = (/** @type {string} */ message) => void warnings.push(message)
  // A new instance now and then, as a new build would have.
  let cache = createDiskCache({ dir: task.dir, maxSize, warn, now })
  return {
    async get(/** @type {string} */ key) {
      if (random() < 0.05) cache = createDiskCache({ dir: task.dir, maxSize, warn, now })
      const verdict = await cache.get(key)
      return verdict?.gain ? verdict.bytes : undefined
    },
    set: (/** @type {string} */ key, /** @type {Uint8Array} */ bytes) =>
      cache.set(key, { gain: true, bytes, digest: digestOf(bytes), quality: 80 }),
  }
}

function inPlaceStore() {
  mkdirSync(task.dir, { recursive: true })
  return {
    async get(/** @type {string} */ key) {
      try {
        return readFileSync(`${task.dir}/${key}`)
      } catch {
        return undefined
      }
    },
    async set(/** @type {string} */ key, /** @type {Uint8Array} */ bytes) {
      writeFileSync(`${task.dir}/${key}`, bytes)
    },
  }
}

async function readOne() {
  const key = keyAt(Math.floor(random() * task.keys))
  const bytes = await store.get(key)
  counts.reads++
  if (bytes === undefined) return
  counts.hits++
  if (!isPayloadOf(key, bytes)) counts.wrong++
}

async function writeOne() {
  const key = keyAt(Math.floor(random() * task.keys))
  await store.set(key, payloadFor(key, 1024 + Math.floor(random() ** 3 * task.maxLength)))
  counts.writes++
}

async function sweepOne() {
  const report = await sweep(layoutOf(task.dir), { maxSize, now: now(), isInUse: () => false })
  if (report) counts.sweeps++
  counts.evicted += report?.evicted ?? 0
}

function step() {
  if (task.role === 'sweep') return sweepOne()
  const isWrite = task.role === 'write' || (task.role === 'mixed' && random() < 0.4)
  return isWrite ? writeOne() : readOne()
}

process.send?.('ready')
const begun = Date.now()
let reported = begun
while (Date.now() - begun < task.milliseconds) {
  try {
    // Several at once, as a build does.
    await Promise.all([step(), step(), step()])
  } catch (error) {
    counts.exceptions++
    warnings.push(String(error))
  }
  if (task.pause) await sleep(task.pause)
  if (Date.now() - reported > 100) {
    process.send?.({ counts, warnings })
    reported = Date.now()
    // Lets the message leave even when everything above was synchronous.
    await new Promise((resolve) => setImmediate(resolve))
  }
}
process.send?.({ counts, warnings }, () => process.exit(0))
