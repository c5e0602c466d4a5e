import { createEngine } from '@compress-fast/engine'
import { expect } from 'vitest'

/** Smaller, and the same document object by object and part by part; pictures may have lost something. */
export async function expectSmallerDocument(shipped: Uint8Array, source: Uint8Array): Promise<void> {
  expect(shipped.byteLength).toBeLessThan(source.byteLength)
  const engine = createEngine({ concurrency: 1 })
  try {
    expect(await engine.verify(source, shipped)).toEqual({ ok: true })
  } finally {
    await engine.close()
  }
}
