import { join } from 'node:path'
import type { Secret } from '../util/secret.js'
import { accountOf } from './account.js'
import { createServiceClient } from './client.js'
import { createLedger } from './ledger.js'
import type { Service } from './service.js'
import { createSpending } from './spending.js'
import type { Clocks } from './transport.js'

/** How the service is used. */
export interface ServiceSettings {
  /** An address that was checked. */
  readonly url: URL
  readonly key: Secret
  /** Most credits that one build may spend. */
  readonly maxCredits: number
  /** Most uploads of one build that may be sent again although they may have been paid. */
  readonly maxUncertain: number
  /** Most milliseconds for one file. */
  readonly timeoutMs: number
  readonly clocks?: Partial<Clocks> | undefined
}

/** Where a build keeps its ledgers, and who is told of trouble with them. */
export interface Surroundings {
  /** `null` keeps them in memory. */
  readonly ledgerDir: string | null
  readonly warn: (message: string, hint: string) => void
}

/** The service as one build uses it: the account is shared with all builds of the process, the rest is its own. */
export function openService(settings: ServiceSettings, { ledgerDir, warn }: Surroundings): Service {
  const { url, key, clocks, timeoutMs } = settings
  const account = accountOf(url, key)
  const dir = ledgerDir === null ? null : join(ledgerDir, account.id)
  return {
    client: createServiceClient({ url, key, clocks }),
    account,
    ledger: createLedger({ dir, warn }),
    spending: createSpending(settings),
    host: url.host,
    timeoutMs,
    random: Math.random,
  }
}
