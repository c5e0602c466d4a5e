/** Runs so many at a time, in the order they came. A signal that aborts takes a waiting one out. */
export type Places = <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>

export function createPlaces(most: number): Places {
  let free = most
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

  return async (signal, work) => {
    await enter(signal)
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}

/** @throws the signal's reason once it aborts. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, ms)
    function done(): void {
      signal.removeEventListener('abort', abort)
      resolve()
    }
    function abort(): void {
      clearTimeout(timer)
      reject(signal.reason)
    }
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
  })
}
