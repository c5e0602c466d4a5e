// Loader hooks: every ES module that is loaded, one URL a line.
import { appendFileSync } from 'node:fs'

let file = ''

/** @param {string} path */
export function initialize(path) {
  file = path
}

/** @type {import('node:module').LoadHook} */
export function load(url, context, nextLoad) {
  appendFileSync(file, `${url}\n`)
  return nextLoad(url, context)
}
