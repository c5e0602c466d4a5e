import { hash } from 'node:crypto'
import { amountOf, parseOutside, textOf } from '../util/outside-json.js'
import { isJobId } from './protocol.js'

/*
 * One line of a ledger, which proves itself, as a build may be killed in the middle of writing one:
 *
 *   <first 16 hex digits of the SHA-256 of the rest> <JSON>
 */

/** What happened to an upload. */
export type Happening =
  /** It is about to be sent, and may be charged from here on. */
  | { readonly kind: 'intent' }
  /** It is a job, and paid. */
  | { readonly kind: 'job'; readonly id: string }
  /** Its result is safe here, and its job still lies on the service. A further upload is another one. */
  | { readonly kind: 'stored'; readonly id: string }
  /** Nothing of it lies on the service any more: its job was deleted there, or is gone. A further upload is another one. */
  | { readonly kind: 'closed' }
  /** It was never acted on. */
  | { readonly kind: 'void' }

/** Something that happened to an upload. */
export type Entry = Happening & {
  /** Which content under which options, on which account: a SHA-256 in hex. */
  readonly upload: string
  /** Counts uploads of the same content, each of which is paid. */
  readonly epoch: number
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Where an upload stands. */
export interface Standing {
  /** The epoch that an upload would have now. */
  readonly epoch: number
  /** The job that it became, the uncertainty whether it did, or nothing. */
  readonly open: { readonly kind: 'job'; readonly id: string; readonly at: number } | { readonly kind: 'intent' } | null
}

/** The service keeps outputs for an hour after a job's end. Five minutes are left for the download. */
export const lifetimeMs: number = 55 * 60_000

export function encodeEntry(entry: Entry): string {
  const text = JSON.stringify(entry)
  return `${proofOf(text)} ${text}\n`
}

/** The entries in a ledger's text. What is torn, or not of this making, is passed over. */
export function decodeEntries(text: string): Entry[] {
  return text.split('\n').flatMap((line) => {
    const json = line.slice(17)
    return line.slice(0, 16) === proofOf(json) ? (entryOf(json) ?? []) : []
  })
}

/** Where an upload stands after all that happened to it, in any order and with repetitions. */
export function standingOf(entries: Iterable<Entry>, now: number): Standing {
  const { epoch, open } = [...entries].sort(inOrder).reduce(after, { epoch: 0, open: null })
  if (open?.kind === 'job' && now - open.at > lifetimeMs) return { epoch: epoch + 1, open: null }
  return { epoch, open }
}

/** Jobs whose results are safe and that nobody deleted from the service. Those that have expired there are none. */
export function leftoversOf(entries: readonly Entry[], now: number): string[] {
  const nameOf = ({ upload, epoch }: Entry) => `${upload} ${epoch}`
  const closed = new Set(entries.filter(({ kind }) => kind === 'closed').map(nameOf))
  const ids = entries.flatMap((entry) => {
    const isLeft = entry.kind === 'stored' && !closed.has(nameOf(entry)) && now - entry.at <= lifetimeMs
    return isLeft ? entry.id : []
  })
  return [...new Set(ids)]
}

function after({ epoch, open }: Standing, entry: Entry): Standing {
  // Everything about earlier uploads of the same content is settled.
  if (entry.epoch < epoch) return { epoch, open }
  if (entry.kind === 'closed' || entry.kind === 'stored') return { epoch: entry.epoch + 1, open: null }
  const known = entry.epoch === epoch ? open : null
  if (entry.kind === 'job') return { epoch: entry.epoch, open: { kind: 'job', id: entry.id, at: entry.at } }
  if (known?.kind === 'job') return { epoch: entry.epoch, open: known }
  return { epoch: entry.epoch, open: entry.kind === 'intent' ? { kind: 'intent' } : null }
}

/** By epoch; within one as they happened. Clocks of several processes on one machine agree. */
function inOrder(a: Entry, b: Entry): number {
  return a.epoch - b.epoch || a.at - b.at
}

function proofOf(text: string): string {
  return hash('sha256', text).slice(0, 16)
}

function entryOf(json: string): Entry | undefined {
  const fields = parseOutside(Buffer.from(json))
  const [upload, id] = [textOf(fields?.['upload']), textOf(fields?.['id'])]
  const [epoch, at] = [amountOf(fields?.['epoch']), amountOf(fields?.['at'])]
  if (upload === null || !/^[0-9a-f]{64}$/.test(upload) || epoch === null || at === null) return undefined
  const what = { upload, epoch, at }
  const kind = fields?.['kind']
  if (kind === 'job' || kind === 'stored') return id !== null && isJobId(id) ? { ...what, kind, id } : undefined
  return kind === 'intent' || kind === 'closed' || kind === 'void' ? { ...what, kind } : undefined
}
