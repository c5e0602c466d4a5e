import { JobFailedError } from '../errors.js'
import { sleep } from '../util/sleep.js'
import type { Place } from './account.js'
import { RequestFailedError } from './failure.js'
import { expectedPrice } from './prices.js'
import { type Meaning, meaningOf } from './retry.js'
import { exhausted, mostTries, type Patience, runErrorOf, type Service, tooBusy, waitOf } from './service.js'
import { idempotencyKey, type UploadOptions } from './upload.js'

/** A file as it is sent. */
export interface Sending {
  readonly bytes: Uint8Array
  readonly fileName: string
  /** The service's name of the format. */
  readonly extension: string
  readonly options: UploadOptions | undefined
  /** What the ledger knows it by. */
  readonly upload: string
  readonly epoch: number
  /** Whether an earlier build was about to send it, and may have. */
  readonly isDoubtful: boolean
}

/** A job that the service has accepted. */
export interface Accepted {
  readonly id: string
  /** What counts against the build's limit for it. */
  readonly price: number
  readonly place: Place
}

/**
 * Submits a file once. It is sent again only where the first time cannot have been acted on, where the service knows
 * repetitions by their key, or where the build's allowance for doubt has something left.
 * @throws {CompressionError} Of scope `asset` when this file cannot be sent, of scope `run` when none can.
 */
export async function submit(sending: Sending, service: Service, patience: Patience): Promise<Accepted> {
  const { ledger, spending } = service
  const { upload, epoch } = sending
  const price = await priceFor(sending, service, patience)
  if (sending.isDoubtful && !mayRepeat(service)) throw uncertain()
  spending.reserve(price)
  const doubt = { isOpen: sending.isDoubtful }
  try {
    const { id, credits, place } = await send(sending, service, patience, doubt)
    await ledger.write(upload, epoch, { kind: 'job', id })
    spending.settle(price, credits ?? price)
    return { id, place, price: credits ?? price }
  } catch (error) {
    // What may be paid stays set aside, and in the ledger.
    if (!doubt.isOpen) {
      spending.settle(price, 0)
      await ledger.write(upload, epoch, { kind: 'void' })
    }
    throw error
  }
}

async function priceFor({ extension, bytes }: Sending, service: Service, { signal }: Patience): Promise<number> {
  return expectedPrice(extension, bytes.byteLength, service, signal).catch((error: unknown) => {
    throw (error instanceof RequestFailedError && runErrorOf('key', error, service.host)) || error
  })
}

/** @param doubt Set while it is not known whether the service has acted. */
async function send(sending: Sending, service: Service, patience: Patience, doubt: { isOpen: boolean }) {
  const { account, client, ledger } = service
  const { bytes, fileName, options, upload, epoch } = sending
  const { signal } = patience
  const begun = performance.now()
  const key = idempotencyKey(upload, epoch)
  for (let tried = 1, failures = 0; ; tried++) {
    const place = await account.enter(signal)
    try {
      if (tried === 1) await ledger.write(upload, epoch, { kind: 'intent' })
      const submitted = await client.submit(bytes, { fileName, options, idempotencyKey: key, signal })
      place.accepted()
      account.succeeded(tried > 1)
      return { ...submitted, place }
    } catch (error) {
      if (!(error instanceof RequestFailedError)) {
        // Stopped in the middle of it.
        doubt.isOpen = true
        place.leave()
        throw error
      }
      const meaning = meaningOf(error.failure, 'submit')
      const wait = waitOf(error, meaning, tried, service)
      if (meaning === 'throttled') place.refused(wait)
      else place.leave()
      if (meaning !== 'throttled') failures++
      doubt.isOpen ||= meaning === 'uncertain'
      const end = endOf(error, meaning, { failures, wait, begun }, service, patience)
      if (end) throw end
      // A refusal holds all submits up, this one among them.
      if (meaning !== 'throttled') await sleep(wait, signal)
    }
  }
}

interface Tries {
  readonly failures: number
  readonly wait: number
  readonly begun: number
}

/** Why a file is not sent again, or `undefined` when it is. */
function endOf(error: RequestFailedError, meaning: Meaning, tries: Tries, service: Service, { until }: Patience) {
  const runError = runErrorOf(meaning, error, service.host)
  if (runError) return runError
  const isTooLate = performance.now() + tries.wait > until
  switch (meaning) {
    case 'throttled':
      return isTooLate ? tooBusy(service.host, tries.wait) : undefined
    case 'uncertain':
      if (!mayRepeat(service)) return uncertain(error)
      return isTooLate || isOver(tries, service) ? uncertain(error) : undefined
    case 'again':
      return isTooLate || isOver(tries, service) ? exhausted(service, error, tries.begun) : undefined
    default:
      return new JobFailedError('JOB_REFUSED', `the service does not take it: ${error.message}.`, {
        hint: 'It ships as it is. List it in `exclude`, so that it is not sent again.',
        cause: error,
      })
  }
}

function isOver({ failures }: Tries, { account }: Service): boolean {
  return failures >= mostTries || !account.retries.take()
}

/** Whether what may have been acted on may be sent again. */
function mayRepeat({ account, client, spending }: Service): boolean {
  account.knowsRepeats ||= client.knowsRepeats
  return account.knowsRepeats || spending.takeDoubt()
}

function uncertain(cause?: unknown): JobFailedError {
  return new JobFailedError('UPLOAD_UNCERTAIN', 'it was sent, and no answer came: it may or may not have been paid.', {
    hint: 'It ships as it is. It is not sent again, as that could be paid twice; `api.maxUncertain` allows for some.',
    cause,
  })
}
