/** Looks for results before anybody waits for them. */
export interface Lookahead {
  /** Begins a look now, or puts it off to a better moment. */
  add(look: Look): void
  /** The better moment: the bundler works by itself for a while. */
  go(): void
}

/** Looks one result up. Tells whether it was there. */
export type Look = () => Promise<boolean>

// A bundler that loads for longer than this gains more by an early start than it loses.
const patienceMs = 1000
// So that the bundler's own calls are answered in between.
const looksAtOnce = 16

/**
 * Decides when to look. Where files are missing in the cache, at once: the engine is what takes time, and every second
 * it starts earlier is a second gained. Where all are there, not yet: reading them keeps the bundler from loading
 * modules, and after that it works by itself, with nothing else for this thread to do.
 */
export function createLookahead(): Lookahead {
  let isEager = true
  let wasMissing = false
  let waiting: Look[] = []
  let timer: NodeJS.Timeout | undefined
  return { add, go }

  function add(look: Look): void {
    if (isEager) {
      begin(look)
      return
    }
    waiting.push(look)
    timer ??= setTimeout(go, patienceMs).unref()
  }

  function begin(look: Look): void {
    void look().then((wasThere) => {
      wasMissing ||= !wasThere
      isEager = wasMissing
      if (wasMissing) go()
    })
  }

  function go(): void {
    clearTimeout(timer)
    timer = undefined
    const looks = waiting
    waiting = []
    step(looks, 0)
  }

  function step(looks: readonly Look[], from: number): void {
    for (const look of looks.slice(from, from + looksAtOnce)) begin(look)
    const next = from + looksAtOnce
    if (next < looks.length) setImmediate(step, looks, next)
  }
}
