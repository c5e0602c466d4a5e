import type { CompressOptions, CompressResult, EngineOptions } from '@compress-fast/engine'

/** What the program under stress is asked. */
export type Question =
  | { readonly kind: 'open'; readonly options: EngineOptions }
  | { readonly kind: 'compress'; readonly id: number; readonly bytes: Uint8Array; readonly options: CompressOptions }
  | { readonly kind: 'close' }

/** What came of one file. */
export interface Outcome {
  /** From the call to its answer, time in line included. */
  readonly ms: number
  /** Whether the result's bytes are the very input, and that is as it was. */
  readonly untouched: boolean
  /** `bytes` are `null` when untouched. */
  readonly result: Omit<CompressResult, 'bytes'> & { readonly bytes: Uint8Array | null }
}

/** What it answers. */
export type Reply =
  | { readonly kind: 'ready' }
  | ({ readonly kind: 'result'; readonly id: number } & Outcome)
  /** Processes that its engine still has. */
  | { readonly kind: 'closed'; readonly pids: readonly number[] }
