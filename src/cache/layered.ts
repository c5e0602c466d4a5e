import type { Cache, Demands, Verdict } from './cache.js'
import type { Release } from './claims.js'

/** Where a result was found. */
export type LayerName = 'memory' | 'disk' | 'remote'

/** A cache and how its hits are reported. */
export interface Layer {
  readonly name: LayerName
  readonly cache: Cache
}

/** A verdict and the layer that had it. */
export interface Hit {
  readonly verdict: Verdict
  readonly from: LayerName
}

/** Several caches as one. No method ever rejects, as long as those of its layers do not. */
export interface LayeredCache {
  /** The first layer's answer, which the layers before it then remember too. */
  get(key: string, demands?: Demands): Promise<Hit | undefined>
  /** What a layer has at hand, and all before it do not. */
  peek(key: string): Hit | undefined
  /** Stores in all layers. */
  set(key: string, verdict: Verdict): Promise<void>
  /** The claim of the layer that has claims. Where none has, everybody gets one. */
  claim(key: string): Promise<Release | undefined>
  whenUnclaimed(key: string, signal: AbortSignal): Promise<void>
  /** Settles all layers. */
  settle(): Promise<void>
}

/** Composes caches, the quickest first. Without layers it is a cache that never has anything. */
export function createLayeredCache(layers: readonly Layer[]): LayeredCache {
  const claiming = layers.find(({ cache }) => cache.claim)?.cache
  return {
    async get(key, demands) {
      for (const [index, { name, cache }] of layers.entries()) {
        const verdict = await cache.get(key, demands)
        if (!verdict) continue
        // Nobody waits for what only the next question needs; `settle` does.
        for (const earlier of layers.slice(0, index)) void earlier.cache.set(key, verdict)
        return { verdict, from: name }
      }
      return undefined
    },
    peek(key) {
      for (const { name, cache } of layers) {
        const verdict = cache.peek?.(key)
        if (verdict) return { verdict, from: name }
      }
      return undefined
    },
    async set(key, verdict) {
      await Promise.all(layers.map(({ cache }) => cache.set(key, verdict)))
    },
    async claim(key) {
      return claiming?.claim ? claiming.claim(key) : async () => undefined
    },
    async whenUnclaimed(key, signal) {
      await claiming?.whenUnclaimed?.(key, signal)
    },
    async settle() {
      await Promise.all(layers.map(({ cache }) => cache.settle?.()))
    },
  }
}
