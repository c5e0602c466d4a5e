import { canonicalJson, digestOf } from './cache/key.js'
import type { Layer } from './cache/layered.js'
import { createRemoteCache } from './cache/remote.js'
import { trusted } from './ci-namespace.js'
import type { ResolvedRemote } from './options.js'
import { isSecret } from './util/secret.js'

/** The shared cache as a layer. `undefined`, and a warning, where it must not be used. */
export function remoteLayer(
  { store, place, secrets, namespace }: ResolvedRemote,
  warn: (message: string, hint: string) => void,
): Layer | undefined {
  const [first, ...others] = secrets
  if (!first) {
    const message = 'The shared cache is not used: COMPRESS_FAST_CACHE_SECRET is not set in this pull request.'
    warn(message, 'CI keeps secrets from pull requests of forks, and nothing is to be done then.')
    return undefined
  }
  const cache = createRemoteCache({
    place,
    open: async () => (await import('./remote/open-store.js')).openStore(store),
    secrets: [first, ...others],
    namespaces: { read: [...new Set([trusted, namespace])], write: namespace },
    warn,
  })
  return { name: 'remote', cache }
}

/** A digest that tells shared caches apart, so that what opens them is kept nowhere. */
export function remoteId({ store, secrets, namespace }: ResolvedRemote, numbers: WeakMap<object, number>): string {
  const reveal = (value: unknown) => (isSecret(value) ? value.reveal() : value)
  const id =
    'get' in store ? numberOf(store, numbers) : Object.entries(store).map(([name, value]) => [name, reveal(value)])
  return digestOf(Buffer.from(canonicalJson({ id, namespace, secrets: secrets.map(reveal) })))
}

let lastNumber = 0

/** A number for an object that no text can tell apart from others. */
export function numberOf(object: object, numbers: WeakMap<object, number>): number {
  const number = numbers.get(object) ?? ++lastNumber
  numbers.set(object, number)
  return number
}
