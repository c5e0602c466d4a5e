import { canonicalJson } from '../cache/key.js'
import type { LockFile } from '../lock/lock-file.js'
import type { LockLine } from '../lock/lock-text.js'
import type { ResolvedOptions } from '../options.js'
import type { FrozenReason } from '../report/frozen.js'
import type { LockedResult, Receipt } from '../types.js'
import { resultOf } from './locking.js'
import { type Makers, takes } from './makers.js'
import type { Task } from './run.js'
import { type Found, type Maker, type ResultStore, recall } from './work.js'

/** Finds results where nothing may be made. */
export interface Frozen {
  /** The result that the lock file names, or that a cache has where there is no lock file. */
  look(task: Task): Promise<(Found & { readonly maker: Maker }) | { readonly refused: FrozenReason }>
  /** What was told of a file by a bundler's own cache, which is to be what the lock file says. */
  confirm(receipt: Receipt): Receipt
  /** Why the lock file cannot be relied on, as clauses. */
  faults(): readonly string[]
  /** Has the lock file read again. */
  forget(): void
}

export interface FrozenParts {
  readonly lock: LockFile | null
  readonly options: Pick<ResolvedOptions, 'lockFile'>
  readonly makers: Makers
  readonly results: Pick<ResultStore, 'get'>
}

/** What a lock file says, by what is asked of it. */
interface Index {
  readonly byKey: ReadonlyMap<string, LockLine>
  readonly sources: ReadonlySet<string>
  readonly outputs: ReadonlySet<string>
  readonly faults: readonly string[]
}

export function createFrozen({ lock, options, makers, results }: FrozenParts): Frozen {
  let known: Index | null | undefined
  return { look, confirm, faults: () => index()?.faults ?? [], forget }

  async function look(task: Task): ReturnType<Frozen['look']> {
    const { digest, format, settings } = task
    const able = makers.all.filter(({ engine }) => takes(engine, format, settings))
    const choices = able.map((maker) => ({ maker, key: maker.keyOf(digest, format, settings) }))
    const locks = index()
    if (locks === null) return fetch(task, choices)
    const choice = choices.find(({ key }) => locks.byKey.has(key))
    const line = choice && locks.byKey.get(choice.key)
    if (!choice || !line) {
      const [maker = task.maker] = able
      if (locks.outputs.has(digest)) return told('already-compressed', maker)
      return { refused: whyUnknown(digest, locks) }
    }
    // The lock file lies on disk, and says all there is to know.
    if (!line.result.gain) return told(line.result.reason, choice.maker)
    const found = await fetch(task, [choice])
    if ('refused' in found) return found
    return isSame(resultOf(found.verdict), line.result) ? found : { refused: 'cached-otherwise' }
  }

  async function fetch(task: Task, choices: readonly { maker: Maker; key: string }[]): ReturnType<Frozen['look']> {
    for (const { maker, key } of choices) {
      const found = await recall({ ...task, key }, { results })
      if (found) return { ...found, maker }
    }
    return { refused: 'not-cached' }
  }

  function confirm(receipt: Receipt): Receipt {
    const locks = index()
    const { locked } = receipt
    if (locks === null || !locked || receipt.outcome === 'failed') return receipt
    const line = locks.byKey.get(locked.key)
    if (line ? isSame(line.result, locked.result) : locks.outputs.has(locked.digest)) return receipt
    return { ...receipt, outcome: 'failed', reason: line ? 'cached-otherwise' : whyUnknown(locked.digest, locks) }
  }

  function forget(): void {
    known = undefined
  }

  /** `null` where there is no lock file, and need not be one. */
  function index(): Index | null {
    if (known === undefined) known = lock === null ? null : read(lock)
    return known
  }

  function read(file: LockFile): Index | null {
    try {
      const text = file.read()
      if (text)
        return indexOf(
          text.lines,
          text.faults.map(({ line, what }) => `line ${line} is ${what}`),
        )
      return options.lockFile?.isWanted ? indexOf([], ['there is none']) : null
    } catch (error) {
      return indexOf([], [error instanceof Error ? error.message : String(error)])
    }
  }
}

function indexOf(lines: readonly LockLine[], faults: readonly string[]): Index {
  return {
    byKey: new Map(lines.map((line) => [line.key, line])),
    sources: new Set(lines.map(({ digest }) => digest)),
    outputs: new Set(lines.flatMap(({ result }) => (result.gain ? [result.digest] : []))),
    faults,
  }
}

function told(reason: string, maker: Maker): Found & { readonly maker: Maker } {
  return { verdict: { gain: false, reason }, from: 'disk', ms: 0, maker }
}

function whyUnknown(digest: string, { sources }: Index): FrozenReason {
  return sources.has(digest) ? 'locked-otherwise' : 'not-locked'
}

function isSame(a: LockedResult, b: LockedResult): boolean {
  return canonicalJson(a) === canonicalJson(b)
}
