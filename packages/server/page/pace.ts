import type { Gate } from '../src/compress/gate.js'

/** Does work when a gate lets it in. A signal that aborts ends the waiting. */
export async function within<T>(gate: Gate, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  await gate.enter(signal)
  try {
    return await work()
  } finally {
    gate.leave()
  }
}

/** @throws the signal's reason once it aborts. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    function abort(): void {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal.addEventListener('abort', abort, { once: true })
  })
}
