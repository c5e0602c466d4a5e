import { creditsFor } from '../jobs/credits.js'
import type { NewJob, Webhook } from '../jobs/job.js'
import type { JobOptions } from '../jobs/options.js'
import { fingerprint } from './idempotency.js'
import type { Received } from './receive.js'

/** All that a client asked for, checked, with its file on the disk. */
export interface Ask {
  readonly file: Received
  readonly options: JobOptions
  readonly webhook: Webhook | null
  /** Where the file came from, when it did not come with the request. */
  readonly inputUrl: string | undefined
}

/** What makes two asks the same: of a fetched file its address, since the bytes there may change. */
export function fingerprintOf({
  file,
  options,
  webhook,
  inputUrl,
}: Omit<Ask, 'file'> & { readonly file: Pick<Received, 'fileName' | 'digest'> }): string {
  const source = inputUrl ?? file.digest
  return fingerprint({ fileName: file.fileName, source, options, webhook })
}

export interface AskTimes {
  readonly id: string
  readonly startedAt: number
  readonly now: number
  readonly key: string | undefined
}

export function toNewJob(ask: Ask, { id, startedAt, now, key }: AskTimes, accountId: string): NewJob {
  const { file, options, webhook } = ask
  return {
    id,
    accountId,
    fileName: file.fileName,
    format: file.extension,
    pool: file.compressor.pool,
    inputBytes: file.bytes,
    inputDigest: file.digest,
    options,
    creditCost: creditsFor(file.bytes),
    uploadStartedAt: startedAt,
    queuedAt: now,
    webhook,
    idempotency: key === undefined ? null : { key, fingerprint: fingerprintOf(ask) },
  }
}
