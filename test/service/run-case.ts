import { hash } from 'node:crypto'
import { runJob } from '../../dist/api/job.js'
import { openService } from '../../dist/api/open-service.js'
import type { Clocks } from '../../dist/api/transport.js'
import { isCompressionError } from '../../dist/errors.js'
import { objection } from '../../dist/pipeline/judge.js'
import { createSecret } from '../../dist/util/secret.js'
import { expectNoKey } from './canary.js'
import { type FaultProxy, type Plan, startFaultProxy } from './fault-proxy.js'
import type { TestServer } from './server.js'

/** One file through the client, a fault, and the real server. */
export interface Case {
  readonly server: TestServer
  readonly plan: Plan
  readonly file: Buffer
  readonly maxUncertain?: number
  readonly maxCredits?: number
  readonly timeoutMs?: number
  readonly clocks?: Partial<Clocks>
}

/** What it came to. */
export interface Outcome {
  /** `gain`, the reason for none, or the code of an error. */
  readonly outcome: string
  readonly proxy: FaultProxy
  /** Credits that the server charged in the end. */
  readonly charged: number
  /** Credits that the client says it spent. */
  readonly told: number
  readonly message: string
  readonly hint: string
}

/** Waits for what the client lets happen behind its back, and no longer. */
export async function runCase({ server, plan, file, clocks, ...limits }: Case): Promise<Outcome> {
  const account = await server.account()
  const proxy = await startFaultProxy(server.url, plan)
  const settings = { maxUncertain: 0, maxCredits: 100, timeoutMs: 60_000, ...limits }
  const warnings: string[] = []
  const warn = (message: string) => warnings.push(message)
  const place = { url: new URL(proxy.url), key: createSecret(account.key), clocks }
  // What chance does is tested by itself; here every wait is the shortest.
  const service = { ...openService({ ...settings, ...place }, { ledgerDir: null, warn }), random: () => 0 }
  try {
    const signal = AbortSignal.timeout(60_000)
    const digest = hash('sha256', file)
    const verify = async (output: Uint8Array) => objection('png', file, output)
    const result = await runJob({ bytes: file, digest, format: 'png', verify, signal }, service).catch(errorOf)
    if ('release' in result) await result.release()
    const outcome = 'code' in result ? result.code : result.outcome.gain ? 'gain' : result.outcome.reason
    if (outcome === 'gain' && 'outcome' in result && result.outcome.gain) {
      const why = objection('png', file, result.outcome.bytes)
      if (why !== null || result.outcome.bytes.byteLength >= file.byteLength) throw new Error(`It would ship: ${why}`)
    }
    const charged = await chargedAtLast(server, account.id)
    const { message = '', hint = '' } = 'code' in result ? result : {}
    expectNoKey('what a build says', [message, hint, ...warnings])
    if (warnings.length > 0) throw new Error(warnings.join())
    return { outcome, proxy, charged, told: service.spending.take(), message, hint }
  } finally {
    await service.client.close()
    await proxy.close()
  }
}

function errorOf(error: unknown): { code: string; message: string; hint: string } {
  if (!isCompressionError(error)) throw error
  return { code: error.code, message: error.message, hint: error.hint ?? '' }
}

/** Jobs that the client has given up are still done, and paid. */
async function chargedAtLast(server: TestServer, id: string): Promise<number> {
  for (;;) {
    const { charged, reserved } = await server.spent(id)
    if (reserved === 0) return charged
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
