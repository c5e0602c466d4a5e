/** The key that requests are made with. It lives in this tab, and goes with it. */
export interface KeyHolder {
  current(): string
  set(key: string): void
  /** Notes that the server does not take a key. */
  refuse(key: string): void
  /** The key as soon as there is one that was not refused. */
  usable(signal: AbortSignal): Promise<string>
}

const PLACE = 'compress-fast-key'

export function createKeyHolder(): KeyHolder {
  let key = sessionStorage.getItem(PLACE) ?? ''
  let refused: string | undefined
  const changes = new EventTarget()
  const isUsable = () => key !== '' && key !== refused

  return {
    current: () => key,
    set(next) {
      key = next
      // The same key again is another try: it may have been revoked by mistake, or the address changed.
      refused = undefined
      if (key === '') sessionStorage.removeItem(PLACE)
      else sessionStorage.setItem(PLACE, key)
      changes.dispatchEvent(new Event('change'))
    },
    refuse(given) {
      refused = given
    },
    async usable(signal) {
      while (!isUsable()) {
        await new Promise<void>((resolve, reject) => {
          changes.addEventListener('change', () => resolve(), { once: true, signal })
          signal.addEventListener('abort', () => reject(signal.reason), { once: true })
        })
      }
      return key
    },
  }
}
