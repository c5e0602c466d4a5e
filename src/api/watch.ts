import type { Clocks } from './transport.js'

/** The clocks of one request. Its signal aborts when one of them has run out, or when the caller's does. */
export interface Watch {
  readonly signal: AbortSignal
  moved(bytes: number): void
  /** The question is sent. */
  sent(): void
  /** The answer begins. @param length Its bytes, as far as it tells. */
  answered(length: number): void
  /** Which clock has run out, in words; `undefined` while none has. */
  verdict(): string | undefined
  stop(): void
}

// What is large may take longer, as long as it moves at a pace that is of use to anybody.
const slowestBytesPerSecond = 16 * 1024

export function createWatch(clocks: Clocks, uploadBytes: number, outer: AbortSignal | undefined): Watch {
  const { connectMs, answerMs, windowMs, floorBytes, totalMs } = clocks
  const abort = new AbortController()
  const begun = performance.now()
  let allowedMs = totalMs + (uploadBytes / slowestBytesPerSecond) * 1000
  let phase: 'sending' | 'waiting' | 'receiving' = uploadBytes > 0 ? 'sending' : 'waiting'
  let since = begun
  let inWindow = 0
  let why: string | undefined
  const timer = setInterval(look, Math.max(5, Math.min(500, windowMs / 4, answerMs / 4, totalMs / 4)))
  const stop = () => abort.abort(outer?.reason)
  if (outer?.aborted) stop()
  else outer?.addEventListener('abort', stop, { once: true })

  return {
    signal: abort.signal,
    moved(bytes) {
      inWindow += bytes
    },
    sent: () => enter('waiting'),
    answered(length) {
      allowedMs += (Math.min(length, 2 ** 31) / slowestBytesPerSecond) * 1000 || 0
      enter('receiving')
    },
    verdict: () => why,
    stop() {
      clearInterval(timer)
      outer?.removeEventListener('abort', stop)
    },
  }

  function enter(next: typeof phase): void {
    // An answer may begin before the question is over.
    if (phase !== 'receiving') phase = next
    since = performance.now()
    inWindow = 0
  }

  function look(): void {
    const now = performance.now()
    const inPhase = now - since
    // A connection that is being made has a clock of its own, which is part of this one.
    const isSilent = phase === 'waiting' && inPhase > answerMs + connectMs
    const isWindowOver = phase !== 'waiting' && inPhase > windowMs
    if (now - begun > allowedMs) end('the request took too long')
    else if (isSilent) end('no answer came in time')
    else if (isWindowOver && inWindow < floorBytes) end('the connection is too slow to be of use')
    else if (isWindowOver) [since, inWindow] = [now, 0]
  }

  function end(verdict: string): void {
    why = verdict
    abort.abort(new Error(verdict))
  }
}
