import type { Account } from './account.js'
import type { ServiceClient } from './client.js'
import { RequestFailedError } from './failure.js'
import { type Costing, priceOf } from './protocol.js'
import { meaningOf } from './retry.js'

// Until the service tells: one credit for each begun five megabytes, which is the most that its pages name.
const assumed: Costing = { strategy: 'PerMegabyte', baseCost: 1, increment: 5 }

/**
 * Credits that a file will cost. The service is asked once for each format; where it does not tell, what is known of it
 * has to do.
 * @throws {RequestFailedError} when the service does not take the key: nothing else will work either.
 */
export async function expectedPrice(
  extension: string,
  size: number,
  { client, account }: { readonly client: ServiceClient; readonly account: Account },
  signal: AbortSignal,
): Promise<number> {
  const asked = account.prices.get(extension) ?? ask(extension, client, signal)
  account.prices.set(extension, asked)
  try {
    return priceOf((await asked) ?? assumed, size) ?? priceOf(assumed, size) ?? 1
  } catch (error) {
    // Asked anew by whoever comes next; this answer was about somebody else's request.
    account.prices.delete(extension)
    signal.throwIfAborted()
    if (error instanceof RequestFailedError && meaningOf(error.failure, error.endpoint) === 'key') throw error
    return priceOf(assumed, size) ?? 1
  }
}

async function ask(extension: string, client: ServiceClient, signal: AbortSignal): Promise<Costing | null> {
  return (await client.estimate(extension, undefined, { signal })).costing
}
