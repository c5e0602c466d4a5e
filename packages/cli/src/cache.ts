import {
  cacheOf,
  clearCache,
  formatBytes,
  measureCache,
  nearest,
  parseBytes,
  pruneCache,
  verifyCache,
} from 'unplugin-compress-fast/cli'
import { readArguments } from './arguments.js'
import { cacheSpecs } from './cache-specs.js'
import { exitCodes } from './exit-codes.js'
import type { Terminal } from './terminal.js'
import { UsageError } from './usage-error.js'

/** The cache of the project around the current folder. */
interface Place {
  readonly dir: string
  readonly maxSize: number
}

/** What can be done with a cache. Each returns the exit code. */
const actions: Readonly<Record<string, (place: Place, terminal: Terminal) => Promise<number>>> = {
  async path({ dir }, { print }) {
    print(dir)
    return exitCodes.done
  },
  async size({ dir, maxSize }, { print }) {
    const { entries, bytes } = await measureCache(dir)
    print(`${results(entries)}, ${formatBytes(bytes)} of ${formatBytes(maxSize)} in ${dir}`)
    return exitCodes.done
  },
  async verify({ dir }, { print }) {
    const { entries, removed } = await verifyCache(dir)
    print(`${results(entries)} looked at, ${removed} damaged${removed > 0 ? ' and removed' : ''}`)
    return removed > 0 ? exitCodes.findings : exitCodes.done
  },
  async prune({ dir, maxSize }, { print }) {
    const swept = await pruneCache(dir, maxSize)
    if (!swept) print('There is nothing to prune, or another process is at it.')
    else print(`${results(swept.entries)}, ${swept.evicted} removed; those of the last ten minutes stay`)
    return exitCodes.done
  },
  async clear({ dir }, { print }) {
    const { entries, bytes } = await clearCache(dir)
    print(`${results(entries)} removed, ${formatBytes(bytes)}`)
    return exitCodes.done
  },
}

/** `compress-fast cache`: without a word it says where the cache is and what it holds. */
export async function manageCache(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args[0] === 'serve') return (await import('./serve/serve.js')).serve(args.slice(1), terminal)
  const given = readArguments(args, cacheSpecs)
  if (given.has('help')) {
    terminal.print((await import('./usage.js')).usage)
    return exitCodes.done
  }
  const [name = 'size', ...more] = given.rest
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (!action || more.length > 0) throw unknownAction(more[0] ?? name)
  const dir = given.text('cache-dir')
  const place = cacheOf({ cache: { ...(dir !== undefined && { dir }) } }, terminal.cwd)
  if (!place) return exitCodes.done
  return action({ ...place, maxSize: sizeOf(given.text('max-size')) ?? place.maxSize }, terminal)
}

function unknownAction(word: string): UsageError {
  const names = [...Object.keys(actions), 'serve']
  const close = nearest(word, names)
  const known = names.join(', ')
  return new UsageError(
    `A cache cannot ${word}. Known: ${known}.`,
    close && `Did you mean compress-fast cache ${close}?`,
  )
}

function sizeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const bytes = parseBytes(text)
  if (bytes === undefined) throw new UsageError(`--max-size needs a size such as 500MB, not ${text}.`)
  return bytes
}

function results(count: number): string {
  return count === 1 ? '1 result' : `${count} results`
}
