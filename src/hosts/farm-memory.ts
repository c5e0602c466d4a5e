import { createHash } from 'node:crypto'
import type { Asset, From, Receipt, Wish } from '../types.js'
import { pathOf } from './farm-names.js'
import type { AssetSession } from './host.js'

/** A line of the report, to be told again by builds that have nothing to do for it. */
export interface Line {
  readonly file: Pick<Asset, 'path' | 'source' | 'origin'>
  readonly receipt: Receipt
}

/** A session that lets somebody hear what it tells of the assets that are settled with it. */
export function listenTo(session: AssetSession, hear: (line: Line) => void, wish?: Wish): AssetSession {
  return {
    ...session,
    async settle({ path, source, origin, bytes }, place) {
      const file = { path, source, origin }
      const { bytes: smaller, receipt } = await session.shrink({ ...file, bytes, wish })
      if (!receipt) return undefined
      session.tell(file, place, receipt)
      hear({ file, receipt: again(receipt, 'memory') })
      return smaller
    },
  }
}

/** What was made out about a module when it was transformed. */
export interface Seen {
  /** The address that the module exports, where it stands for a file. */
  readonly address?: string
  /** What was told of the images inlined in it. */
  readonly lines?: readonly Line[]
}

/**
 * What has to be kept along with Farm's cache. Farm does not show a module again whose text is in there, and where we
 * have swapped resources before others see them, it keeps the smaller bytes in place of those that they were made from.
 */
export interface Memory {
  /** Notes what was made out about a module, in place of what was before. */
  add(moduleId: string, seen: Seen): void
  /** Forgets all modules but these. */
  keepModules(isInBuild: (moduleId: string) => boolean): void
  /** All modules that something is known of. */
  moduleIds(): Iterable<string>
  /** The module that stands for a file of this name. */
  moduleOf(name: string): string | undefined
  /** Whether a file of this name is what a module stood for before. Farm writes it on, though nothing refers to it. */
  isOutdated(name: string): boolean
  /** What there is to tell of all modules. */
  lines(): Line[]
  /** Notes what was said of bytes that are our own, so that they are known when they come back. */
  addReceipt(receipt: Receipt): void
  receiptOf(bytes: Uint8Array): Receipt | undefined
  /** Takes in what an earlier build has saved. */
  load(saved: readonly number[]): void
  save(): number[]
}

/** As it lies in Farm's cache. */
interface Saved {
  readonly receipts: readonly Receipt[]
  readonly modules: readonly (readonly [string, Seen])[]
}

// Raised when anything saved changes its shape.
const savedSchema = 3

export function createMemory(): Memory {
  const receipts = new Map<string, Receipt>()
  const sizes = new Set<number>()
  const modules = new Map<string, Seen>()
  // Names end with a hash of the file, and addresses with the name.
  const byFile = new Map<string, string>()
  let current: Set<string> | undefined
  return {
    add,
    keepModules,
    moduleIds: () => modules.keys(),
    moduleOf: (name) => byFile.get(fileOf(name)),
    isOutdated,
    lines: () => [...modules.values()].flatMap(({ lines = [] }) => lines),
    addReceipt: (receipt) => keep(again(receipt, 'memory')),
    receiptOf: (bytes) => (sizes.has(bytes.byteLength) ? receipts.get(digestOf(bytes)) : undefined),
    load,
    save,
  }

  function add(moduleId: string, seen: Seen): void {
    const { address, lines = [] } = seen
    current = undefined
    if (address === undefined && lines.length === 0) modules.delete(moduleId)
    else modules.set(moduleId, seen)
    if (address !== undefined) byFile.set(fileOf(address), moduleId)
  }

  function keepModules(isInBuild: (moduleId: string) => boolean): void {
    current = undefined
    for (const moduleId of modules.keys()) if (!isInBuild(moduleId)) modules.delete(moduleId)
  }

  function isOutdated(name: string): boolean {
    current ??= new Set([...modules.values()].flatMap(({ address }) => (address === undefined ? [] : fileOf(address))))
    const file = fileOf(name)
    return byFile.has(file) && !current.has(file)
  }

  function keep(receipt: Receipt): void {
    receipts.set(receipt.digest, receipt)
    sizes.add(receipt.after)
  }

  function load(saved: readonly number[]): void {
    const { receipts, modules } = parse(Buffer.from(saved).toString())
    for (const receipt of receipts) keep(again(receipt, 'disk'))
    for (const [moduleId, { lines = [], ...seen }] of modules) {
      const told = lines.map(({ file, receipt }) => ({ file, receipt: again(receipt, 'disk') }))
      add(moduleId, { ...seen, lines: told })
    }
  }

  function save(): number[] {
    const saved: Saved = { receipts: [...receipts.values()], modules: [...modules] }
    return [...Buffer.from(JSON.stringify({ schema: savedSchema, ...saved }))]
  }
}

/** The last part of a path, which is what a name and the address of the same file share. */
function fileOf(address: string): string {
  const path = pathOf(address)
  return path.slice(path.lastIndexOf('/') + 1)
}

/** What we wrote into Farm's cache. It lacks something, or is of a version that wrote something else: then it is nothing. */
function parse(text: string): Saved {
  try {
    const { schema, ...saved }: Saved & { schema: unknown } = JSON.parse(text)
    if (schema === savedSchema) return saved
  } catch {
    // As good as a cache that is empty.
  }
  return { receipts: [], modules: [] }
}

/** What was said of bytes, as it is to be said when they are seen again. */
function again(receipt: Receipt, from: From): Receipt {
  return { ...receipt, from: receipt.from && from, ms: 0 }
}

/** As receipts have it. */
function digestOf(bytes: Uint8Array): string {
  return `sha256-${createHash('sha256').update(bytes).digest('hex')}`
}
