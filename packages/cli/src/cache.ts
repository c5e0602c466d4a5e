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

/** What there is to tell of a cache: in words, and as JSON. */
interface Answer {
  readonly words: string
  readonly json: object
  readonly code?: number
}

/** What can be done with a cache. */
const actions: Readonly<Record<string, (place: Place) => Promise<Answer>>> = {
  async path({ dir }) {
    return { words: dir, json: { dir } }
  },
  async size({ dir, maxSize }) {
    const { entries, bytes } = await measureCache(dir)
    const words = `${results(entries)}, ${formatBytes(bytes)} of ${formatBytes(maxSize)} in ${dir}`
    return { words, json: { dir, entries, bytes, maxSize } }
  },
  async verify({ dir }) {
    const { entries, removed } = await verifyCache(dir)
    const words = `${results(entries)} looked at, ${removed} damaged${removed > 0 ? ' and removed' : ''}`
    return { words, json: { entries, removed }, code: removed > 0 ? exitCodes.findings : exitCodes.done }
  },
  async prune({ dir, maxSize }) {
    const swept = await pruneCache(dir, maxSize)
    if (!swept) return { words: 'There is nothing to prune, or another process is at it.', json: { removed: 0 } }
    const { entries, evicted } = swept
    const words = `${results(entries)}, ${evicted} removed; those of the last ten minutes stay`
    return { words, json: { entries, removed: evicted } }
  },
  async clear({ dir }) {
    const { entries, bytes } = await clearCache(dir)
    return { words: `${results(entries)} removed, ${formatBytes(bytes)}`, json: { removed: entries, bytes } }
  },
}

/** `compress-fast cache`: without a word it says where the cache is and what it holds. */
export async function manageCache(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args[0] === 'serve') return (await import('./serve/serve.js')).serve(args.slice(1), terminal)
  const given = readArguments(args, cacheSpecs)
  if (given.has('help')) {
    terminal.print((await import('./usage.js')).usageOf('cache'))
    return exitCodes.done
  }
  const [name = 'size', ...more] = given.rest
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (!action || more.length > 0) throw unknownAction(more[0] ?? name)
  const dir = given.text('cache-dir')
  const place = cacheOf({ cache: { ...(dir !== undefined && { dir }) } }, terminal.cwd)
  if (!place) return exitCodes.done
  const answer = await action({ ...place, maxSize: sizeOf(given.text('max-size')) ?? place.maxSize })
  terminal.print(given.has('json') ? JSON.stringify(answer.json, null, 2) : answer.words)
  return answer.code ?? exitCodes.done
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
