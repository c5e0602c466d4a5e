import { parseArgs } from 'node:util'
import { nearest } from 'unplugin-compress-fast/cli'
import { UsageError } from './usage-error.js'

/** An option of a command. */
export interface OptionSpec {
  /** `flag` is there or not, of a `text` the last counts, a `list` may be given several times. */
  readonly kind: 'flag' | 'text' | 'list'
  readonly short?: string
  /** What its value is called in the help. */
  readonly value?: string
  /** For the help: at most 60 characters. */
  readonly about: string
}

export type Specs = Readonly<Record<string, OptionSpec>>

/** A command line that was understood. Names that the specs do not have do not compile. */
export interface Arguments<Name extends string> {
  has(name: Name): boolean
  text(name: Name): string | undefined
  list(name: Name): readonly string[]
  /** What is not an option. */
  readonly rest: readonly string[]
}

/** An option that every command has. */
export const helpSpec: OptionSpec = { kind: 'flag', short: 'h', about: 'this text' }

/** @throws {UsageError} naming what is not understood, and what may have been meant. */
export function readArguments<S extends Specs>(args: readonly string[], specs: S): Arguments<keyof S & string> {
  const given = new Map<string, string[]>()
  const rest: string[] = []
  for (const token of tokensOf(args, specs)) {
    if (token.kind === 'positional') rest.push(token.value)
    if (token.kind !== 'option') continue
    const value = readValue(token, specs)
    given.set(token.name, [...(given.get(token.name) ?? []), value])
  }
  return {
    has: (name) => given.has(name),
    text: (name) => given.get(name)?.at(-1),
    list: (name) => given.get(name) ?? [],
    rest,
  }
}

type Tokens = NonNullable<ReturnType<typeof parseArgs>['tokens']>
type OptionToken = Extract<Tokens[number], { kind: 'option' }>

function tokensOf(args: readonly string[], specs: Specs): Tokens {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { kind, short }]) => [
      name,
      { type: kind === 'flag' ? ('boolean' as const) : ('string' as const), ...(short !== undefined && { short }) },
    ]),
  )
  // Lenient, as its own messages name no option that may have been meant.
  return parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true }).tokens
}

function readValue({ name, rawName, value, inlineValue }: OptionToken, specs: Specs): string {
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
  if (!spec) throw unknownOption(rawName, name, specs)
  if (spec.kind === 'flag') {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value.`)
    return ''
  }
  // `-` alone is a value: it stands for standard output.
  const isForgotten = value === undefined || (!inlineValue && value.startsWith('-') && value !== '-')
  if (isForgotten || value === '') throw new UsageError(`${rawName} needs a value: ${rawName} ${spec.value ?? 'VALUE'}`)
  return value
}

function unknownOption(rawName: string, name: string, specs: Specs): UsageError {
  const close = nearest(name, Object.keys(specs))
  return new UsageError(`There is no option ${rawName}.`, close && `Did you mean --${close}?`)
}
