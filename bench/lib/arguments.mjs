import { parseArgs } from 'node:util'

/**
 * Options of a measurement, with whole numbers checked.
 * @template {string} Number
 * @template {string} Flag
 * @param {string[]} args
 * @param {Record<Number, number>} numbers Defaults; each is at least 1.
 * @param {readonly Flag[]} flags Off unless given.
 * @returns {Record<Number, number> & Record<Flag, boolean>}
 */
export function readArguments(args, numbers, flags) {
  const { values } = parseArgs({
    args,
    options: Object.fromEntries([
      ...Object.keys(numbers).map((name) => [name, { type: 'string' }]),
      ...flags.map((name) => [name, { type: 'boolean', default: false }]),
    ]),
  })
  const given = Object.entries(numbers).map(([name, standard]) => [name, wholeNumber(name, values[name] ?? standard)])
  return Object.assign(Object.fromEntries(given), Object.fromEntries(flags.map((name) => [name, values[name]])))
}

/** @param {string} name @param {unknown} value */
function wholeNumber(name, value) {
  const number = Number(value)
  if (Number.isInteger(number) && number >= 1) return number
  throw new Error(`--${name} must be a whole number from 1 up, not ${value}.`)
}
