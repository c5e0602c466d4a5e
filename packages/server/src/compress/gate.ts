/** Lets in so many at a time, in the order they came. */
export interface Gate {
  /** @throws the signal's reason once it aborts, and nobody was let in then. */
  enter(signal: AbortSignal): Promise<void>
  leave(): void
}

export function createGate(places: number): Gate {
  let free = places
  const waiting: (() => void)[] = []

  function enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (free > 0) {
      free -= 1
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      function comeIn(): void {
        signal.removeEventListener('abort', giveUp)
        resolve()
      }
      function giveUp(): void {
        waiting.splice(waiting.indexOf(comeIn), 1)
        reject(signal.reason)
      }
      signal.addEventListener('abort', giveUp, { once: true })
      waiting.push(comeIn)
    })
  }

  function leave(): void {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }

  return { enter, leave }
}
