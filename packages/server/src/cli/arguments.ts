import { parseArgs } from 'node:util'

/** A command line that means nothing here. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Options by name, and what is not an option. */
export interface Arguments {
  readonly values: Readonly<Record<string, string | undefined>>
  readonly flags: ReadonlySet<string>
  readonly rest: readonly string[]
}

const prefix = 'COMPRESS_FAST_SERVER_'

/**
 * Reads options, each from the command line or else from its variable.
 * @throws {UsageError} on any other option.
 */
export function readArguments(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  names: readonly string[],
  flagNames: readonly string[] = [],
): Arguments {
  const options = Object.fromEntries([
    ...names.map((name) => [name, { type: 'string' as const }]),
    ...flagNames.map((name) => [name, { type: 'boolean' as const }]),
  ])
  const { values: given, positionals } = parse(args, options)
  const variable = (name: string) => env[prefix + name.replaceAll('-', '_').toUpperCase()] || undefined
  const values = Object.fromEntries(names.map((name) => [name, given[name]?.toString() ?? variable(name)]))
  const flags = flagNames.filter((name) => given[name] === true || variable(name) !== undefined)
  return { values, flags: new Set(flags), rest: positionals }
}

function parse(
  args: readonly string[],
  options: Record<string, { type: 'string' | 'boolean' }>,
): { values: Record<string, string | boolean | undefined>; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** @throws {UsageError} when the text is no whole number from `least` up. */
export function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new UsageError(`--${name} must be a whole number from ${least} up, not ${JSON.stringify(text)}.`)
}
