import { createHash } from 'node:crypto'
import type { Asset, From, Receipt, Wish } from '../types.js'
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

/**
 * What Farm has from us. It keeps the smaller bytes in its cache in place of those that they were made from, and does
 * not show a module again whose text is in its cache: what there is to tell of both has to be kept with them.
 */
export interface Results {
  /** What was said of bytes that are our own. */
  of(bytes: Uint8Array): Receipt | undefined
  /** Notes what was said of bytes, so that they are known when they come back. */
  add(receipt: Receipt): void
  /** Notes what was said of the images inlined in a module. */
  inlinedIn(moduleId: string, lines: readonly Line[]): void
  /** What there is to tell of the modules of a build. What is told of others is forgotten. */
  linesOf(moduleIds: ReadonlySet<string>): Line[]
  /** Takes in what an earlier build has saved. */
  load(saved: readonly number[]): void
  save(): number[]
}

/** As it lies in Farm's cache. */
interface Saved {
  readonly receipts: readonly Receipt[]
  readonly inlined: readonly (readonly [string, readonly Line[]])[]
}

// Raised when lines or receipts change their shape.
const savedSchema = 1

export function createResults(): Results {
  const receipts = new Map<string, Receipt>()
  const sizes = new Set<number>()
  const inlined = new Map<string, readonly Line[]>()
  return { of, add, inlinedIn, linesOf, load, save }

  function of(bytes: Uint8Array): Receipt | undefined {
    return sizes.has(bytes.byteLength) ? receipts.get(digestOf(bytes)) : undefined
  }

  function add(receipt: Receipt): void {
    keep(again(receipt, 'memory'))
  }

  function keep(receipt: Receipt): void {
    receipts.set(receipt.digest, receipt)
    sizes.add(receipt.after)
  }

  function inlinedIn(moduleId: string, lines: readonly Line[]): void {
    if (lines.length > 0) inlined.set(moduleId, lines)
    else inlined.delete(moduleId)
  }

  function linesOf(moduleIds: ReadonlySet<string>): Line[] {
    for (const moduleId of inlined.keys()) if (!moduleIds.has(moduleId)) inlined.delete(moduleId)
    return [...inlined.values()].flat()
  }

  function load(saved: readonly number[]): void {
    const { receipts, inlined } = parse(Buffer.from(saved).toString())
    for (const receipt of receipts) keep(again(receipt, 'disk'))
    for (const [moduleId, lines] of inlined) {
      const told = lines.map(({ file, receipt }) => ({ file, receipt: again(receipt, 'disk') }))
      inlinedIn(moduleId, told)
    }
  }

  function save(): number[] {
    const saved: Saved = { receipts: [...receipts.values()], inlined: [...inlined] }
    return [...Buffer.from(JSON.stringify({ schema: savedSchema, ...saved }))]
  }
}

/** What we wrote into Farm's cache. It lacks something, or is of a version that wrote something else: then it is nothing. */
function parse(text: string): Saved {
  try {
    const { schema, ...saved }: Saved & { schema: unknown } = JSON.parse(text)
    if (schema === savedSchema) return saved
  } catch {
    // As good as a cache that is empty.
  }
  return { receipts: [], inlined: [] }
}

/** What was said of bytes, as it is to be said when they are seen again. */
function again(receipt: Receipt, from: From): Receipt {
  return { ...receipt, from: receipt.from && from, ms: 0 }
}

/** As receipts have it. */
function digestOf(bytes: Uint8Array): string {
  return `sha256-${createHash('sha256').update(bytes).digest('hex')}`
}
