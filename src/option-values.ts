import { OptionError } from './errors.js'
import { nearest } from './util/nearest.js'

// What comes in from outside is looked at here, once. Every refusal names the option, what was given and what is allowed.

/** An options object that was looked at from outside only. */
export type Fields = Partial<Record<string, unknown>>

/** The fields of an options object, none of them unknown. A typing mistake must not silently mean "default". */
export function fieldsOf(value: unknown, name: string, known: readonly string[], allowed = 'an object'): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(name, allowed, value)
  const fields: Fields = { ...value }
  for (const field of Object.keys(fields)) {
    if (!known.includes(field)) throw unknownField(name, field, known)
  }
  return fields
}

function unknownField(name: string, field: string, known: readonly string[]): OptionError {
  const full = name === 'options' ? field : `${name}.${field}`
  const close = nearest(field, known)
  const hint = close === undefined ? `Known: ${known.join(', ')}.` : `Did you mean \`${close}\`?`
  return new OptionError(`Unknown option \`${full}\`. ${hint}`, { hint })
}

/** One of a few words. */
export function oneOf<T extends string>(value: unknown, allowed: readonly T[], name: string): T {
  const found = allowed.find((choice) => choice === value)
  if (found === undefined) throw invalid(name, allowed.map((choice) => `'${choice}'`).join(', '), value)
  return found
}

/** A whole number that is not below a limit. */
export function wholeNumber(value: unknown, least: number, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value
  throw invalid(name, `a whole number from ${least} up`, value)
}

export function yesOrNo(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value
  throw invalid(name, 'true or false', value)
}

/** Text that says something. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** What to say of a value that has no meaning for an option. */
export function invalid(name: string, allowed: string, given: unknown): OptionError {
  return new OptionError(`Option \`${name}\` must be ${allowed}, not ${show(given)}.`)
}

/** A value short enough for a message. */
function show(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 40)}'`
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}
