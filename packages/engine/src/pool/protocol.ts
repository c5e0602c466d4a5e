import type { Settings } from '../codecs/settings.js'
import type { Facts } from '../inspect/facts.js'
import type { DocumentFormat } from '../inspect/names.js'
import type { Scale } from '../resize/size.js'
import type { KeptReason } from '../types.js'

/** What a child is asked. Bytes travel by structured clone. */
export type Task =
  | { readonly kind: 'compress'; readonly bytes: Uint8Array; readonly facts: Facts; readonly settings: Settings }
  | DocumentTask
  | VerifyTask

/** A result made elsewhere to be looked at. */
export interface VerifyTask {
  readonly kind: 'verify'
  readonly bytes: Uint8Array
  readonly result: Uint8Array
  /** What its maker was asked for. */
  readonly resize: Scale | undefined
}

/** A document to make smaller, which has no facts that a header would tell. */
export interface DocumentTask {
  readonly kind: 'document'
  readonly bytes: Uint8Array
  readonly format: DocumentFormat
  readonly settings: Settings
}

/** What a child is sent: a task, and how many resident bytes it may have over it. */
export interface Order {
  readonly task: Task
  readonly allowance: number
}

/** What a task may come to. Nothing else leaves a child alive. */
export type Answer =
  | { readonly kind: 'gain'; readonly bytes: Uint8Array; readonly quality: number | null }
  | { readonly kind: 'kept'; readonly reason: KeptReason }
  | { readonly kind: 'broken'; readonly detail: string }
  | { readonly kind: 'verified'; readonly ok: true }
  | { readonly kind: 'verified'; readonly ok: false; readonly why: string }
  /** Code of ours or of a codec threw where it should not have. */
  | { readonly kind: 'threw'; readonly detail: string }
  /** The codec cannot be loaded here. */
  | { readonly kind: 'unavailable'; readonly detail: string }

/** Messages from a child. */
export type FromChild =
  | { readonly type: 'ready' }
  /** `rss` is the child's resident memory after the job, in bytes. */
  | { readonly type: 'answer'; readonly answer: Answer; readonly rss: number }
  /** It holds more than it may, and ends itself. */
  | { readonly type: 'overdrawn'; readonly rss: number }

/** A child that ended without an answer. */
export interface Lost {
  readonly kind: 'timeout' | 'memory' | 'died'
  /** Exit code or signal, and what the child last wrote to stderr. */
  readonly detail: string
}
