import type { Release } from './claims.js'

/** What an engine's answer is worth. Both kinds are remembered. */
export type Verdict =
  | {
      readonly gain: true
      readonly bytes: Uint8Array
      /** SHA-256 of the bytes, in hex. */
      readonly digest: string
      readonly quality: number | null
    }
  | { readonly gain: false; readonly reason: string }

/** What a result that was made elsewhere must be to be taken. */
export interface Demands {
  /** More bytes than that are no result. */
  readonly mostBytes: number
  /** Whether it may stand in for its source. */
  accepts(verdict: Verdict): Promise<boolean>
}

/**
 * Results by key. No method ever rejects: a cache in trouble misses, stores nothing, and says so once through the
 * `warn` function it was made with.
 */
export interface Cache {
  /**
   * The verdict that was stored under the key, verified, or `undefined`.
   * @param demands Looked at only by a cache that others write to. They were heard before a result came to this machine.
   */
  get(key: string, demands?: Demands): Promise<Verdict | undefined>
  /** The verdict, where it is at hand without waiting for anything; `get` may know more. Never throws. */
  peek?(key: string): Verdict | undefined
  set(key: string, verdict: Verdict): Promise<void>
  /**
   * Claims the making of a result, so that processes that share the cache do not make it at the same time. `undefined`
   * while another one has it.
   */
  claim?(key: string): Promise<Release | undefined>
  /** Resolves when nobody has a claim any more, or at once when the signal says so. */
  whenUnclaimed?(key: string, signal: AbortSignal): Promise<void>
  /** Writes that were begun are finished, and space is brought under its limit. Off the critical path. */
  settle?(): Promise<void>
}
