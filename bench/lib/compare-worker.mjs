// One of the threads of `scores.mjs`: compares one file at a time.
import { readFile } from 'node:fs/promises'
import { parentPort } from 'node:worker_threads'
import { compareAll } from './compare.mjs'

parentPort?.on('message', async (/** @type {import('./scores.mjs').Task} */ { source, results, mostPixels }) => {
  const [original, ...others] = await Promise.all([source, ...results].map((path) => readFile(path)))
  parentPort?.postMessage(await compareAll(original, others, mostPixels))
})
