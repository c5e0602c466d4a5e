import { parseArgs } from 'node:util'

/**
 * Options of a measurement, checked.
 * @template {string} Amount
 * @template {string} Flag
 * @template {Record<string, readonly string[]>} [Choices={}]
 * @param {string[]} args
 * @param {Record<Amount, number>} amounts Defaults; each is at least 1.
 * @param {readonly Flag[]} flags Off unless given.
 * @param {Choices} [choices] What may be given, each `undefined` unless it is.
 * @returns {Record<Amount, number> & Record<Flag, boolean> & { [Name in keyof Choices]: Choices[Name][number] | undefined }}
 */
export function readArguments(args, amounts, flags, choices = /** @type {Choices} */ ({})) {
  const names = /** @type {Amount[]} */ (Object.keys(amounts))
  const { values } = parseArgs({
    args,
    options: Object.fromEntries([
      ...[...names, ...Object.keys(choices)].map((name) => [name, { type: /** @type {const} */ ('string') }]),
      ...flags.map((flag) => [flag, { type: /** @type {const} */ ('boolean') }]),
    ]),
  })
  /** @type {Record<string, unknown>} */
  const given = values
  const numbers = names.map((name) => [name, wholeNumber(name, given[name] ?? amounts[name])])
  const switches = flags.map((flag) => [flag, given[flag] === true])
  const chosen = Object.entries(choices).map(([name, known]) => [name, choice(name, given[name], known)])
  return Object.fromEntries([...numbers, ...switches, ...chosen])
}

/** @param {string} name @param {unknown} value */
function wholeNumber(name, value) {
  const number = Number(value)
  if (Number.isInteger(number) && number >= 1) return number
  throw new Error(`--${name} must be a whole number from 1 up, not ${value}.`)
}

/** @param {string} name @param {unknown} value @param {readonly string[]} known */
function choice(name, value, known) {
  if (value === undefined || known.includes(String(value))) return value
  throw new Error(`--${name} must be one of ${known.join(', ')}, not ${value}.`)
}
