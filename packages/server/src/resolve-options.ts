import { lookup } from 'node:dns/promises'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { Settings } from './compress/protocol.js'
import type { Delay } from './jobs/delay.js'
import { parseRange } from './net/ranges.js'
import type { Limits, NetworkOptions, ResolvedAddress, ServerOptions } from './options.js'

/** Every question answered. */
export interface ResolvedOptions {
  readonly data: string
  readonly host: string
  readonly port: number
  readonly publicUrl: string | undefined
  readonly trustProxy: boolean
  readonly settings: Settings
  readonly concurrency: number
  readonly limits: Limits
  readonly retentionMs: number
  readonly delay: Delay | undefined
  readonly network: Network
}

/** {@link NetworkOptions}, every question answered. */
export interface Network {
  readonly allow: readonly string[]
  readonly allowHttp: boolean
  readonly ports: ReadonlySet<number>
  readonly resolve: (hostname: string) => Promise<readonly ResolvedAddress[]>
  readonly ca: string | undefined
}

const defaultLimits: Limits = {
  outstanding: 18,
  runningPerAccount: 6,
  running: 24,
  fileBytes: 2 ** 30,
  uploadMs: 60 * 60_000,
  idleMs: 60_000,
}

/** @throws {TypeError} naming the option that cannot be. */
export function resolveOptions(options: ServerOptions = {}): ResolvedOptions {
  const { quality = 'balanced', effort = 'balanced', metadata = 'safe', delay, publicUrl } = options
  const limits = { ...defaultLimits, ...options.limits }
  for (const [name, value] of Object.entries(limits)) atLeast(`limits.${name}`, value, 1)
  if (delay) atLeast('delay.most', delay.most, atLeast('delay.least', delay.least, 0))
  if (publicUrl !== undefined && !URL.canParse(publicUrl)) {
    throw new TypeError(`publicUrl must be an address, not ${JSON.stringify(publicUrl)}`)
  }
  return {
    data: resolve(options.data ?? 'compress-fast-data'),
    host: options.host ?? '127.0.0.1',
    port: atLeast('port', options.port ?? 8787, 0),
    publicUrl: publicUrl?.replace(/\/+$/, ''),
    trustProxy: options.trustProxy ?? false,
    settings: { quality, effort, metadata },
    concurrency: atLeast('concurrency', options.concurrency ?? availableParallelism(), 1),
    limits,
    retentionMs: atLeast('retentionMinutes', options.retentionMinutes ?? 60, 0) * 60_000,
    delay,
    network: resolveNetwork(options.network),
  }
}

function resolveNetwork({
  allow = [],
  allowHttp = false,
  ports = [443, 8443],
  resolve,
  ca,
}: NetworkOptions = {}): Network {
  for (const range of allow) {
    try {
      parseRange(range)
    } catch {
      throw new TypeError(`network.allow must hold addresses and CIDR ranges, not ${JSON.stringify(range)}`)
    }
  }
  return { allow, allowHttp, ports: new Set(ports), resolve: resolve ?? resolveBySystem, ca }
}

async function resolveBySystem(hostname: string): Promise<ResolvedAddress[]> {
  const found = await lookup(hostname, { all: true, verbatim: true })
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
}

function atLeast(name: string, value: number, least: number): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value
  throw new TypeError(`${name} must be a number from ${least} up, not ${String(value)}`)
}
