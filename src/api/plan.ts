import type { ServiceClient } from './client.js'
import { priceOf } from './protocol.js'

/** A file that would be sent. */
export interface PlannedFile {
  /** The service's name of its format, an extension without its dot. */
  readonly format: string
  /** Bytes. */
  readonly size: number
}

/** What sending files would cost. Nothing is sent to find it out. */
export interface Plan {
  readonly files: number
  readonly bytes: number
  /** Credits for all of them. */
  readonly needed: number
  /** Credits that the account has. */
  readonly left: number
}

/**
 * What sending these files would cost: one question for each format, and one for the balance.
 * @throws {RequestFailedError} when the service does not tell; the signal's reason.
 */
export async function planUploads(
  client: ServiceClient,
  files: readonly PlannedFile[],
  call: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Plan> {
  const formats = [...new Set(files.map(({ format }) => format))]
  const answers = await Promise.all(formats.map((format) => client.estimate(format, undefined, call)))
  const costings = new Map(formats.map((format, index) => [format, answers[index]?.costing ?? null]))
  const prices = await Promise.all(files.map((file) => price(file)))
  const { totalCredits } = await client.entitlements(call)
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  return { files: files.length, bytes: sum(files.map(({ size }) => size)), needed: sum(prices), left: totalCredits }

  async function price({ format, size }: PlannedFile): Promise<number> {
    const costing = costings.get(format)
    // A price that we cannot reckon the service has to.
    return (costing && priceOf(costing, size)) ?? (await client.estimate(format, size, call)).credits
  }
}
