import { parseArgs } from 'node:util'

/**
 * Options of a measurement, with whole numbers checked.
 * @template {string} Amount
 * @template {string} Flag
 * @param {string[]} args
 * @param {Record<Amount, number>} amounts Defaults; each is at least 1.
 * @param {readonly Flag[]} flags Off unless given.
 * @returns {Record<Amount, number> & Record<Flag, boolean>}
 */
export function readArguments(args, amounts, flags) {
  const names = /** @type {Amount[]} */ (Object.keys(amounts))
  const { values } = parseArgs({
    args,
    options: Object.fromEntries([
      ...names.map((name) => [name, { type: /** @type {const} */ ('string') }]),
      ...flags.map((flag) => [flag, { type: /** @type {const} */ ('boolean') }]),
    ]),
  })
  /** @type {Record<string, unknown>} */
  const given = values
  const numbers = names.map((name) => [name, wholeNumber(name, given[name] ?? amounts[name])])
  const switches = flags.map((flag) => [flag, given[flag] === true])
  return /** @type {Record<Amount, number> & Record<Flag, boolean>} */ (Object.fromEntries([...numbers, ...switches]))
}

/** @param {string} name @param {unknown} value */
function wholeNumber(name, value) {
  const number = Number(value)
  if (Number.isInteger(number) && number >= 1) return number
  throw new Error(`--${name} must be a whole number from 1 up, not ${value}.`)
}
