/*
 * Stores and reads results in one process with whatever limits it was started under, and prints what happened as JSON:
 * `node cache-once.mjs <dir> <count> [hog]`. With `hog` it first opens files until no more can be opened.
 */
import { closeSync, openSync } from 'node:fs'
import { createDiskCache } from '../../../dist/cache/disk.js'
import { digestOf } from '../../../dist/cache/key.js'
import { isPayloadOf, keyAt, payloadFor } from './random.mjs'

const [, self = '', dir = '', count = '0', mode] = process.argv
const keys = Array.from({ length: Number(count) }, (_, index) => keyAt(index))
/** @type {string[]} */
const warnings = []
const cache = createDiskCache({ dir, maxSize: 1e9, warn: (message, hint) => void warnings.push(`${message} ${hint}`) })

function hog() {
  const files = []
  try {
    for (;;) files.push(openSync(self, 'r'))
  } catch {
    return files
  }
}

async function countHits() {
  const verdicts = await Promise.all(keys.map((key) => cache.get(key)))
  return verdicts.filter((verdict, index) => verdict?.gain && isPayloadOf(keys[index] ?? '', verdict.bytes)).length
}

const files = mode === 'hog' ? hog() : []
const stored = await Promise.allSettled(
  keys.map((key) => {
    const bytes = payloadFor(key, 20_000)
    return cache.set(key, { gain: true, bytes, digest: digestOf(bytes), quality: 80 })
  }),
)
const read = await Promise.allSettled([countHits()])
for (const file of files) closeSync(file)
await cache.settle?.()
const rejections = [...stored, ...read].filter(({ status }) => status === 'rejected').length
console.log(JSON.stringify({ files: files.length, hits: await countHits(), rejections, warnings }))
