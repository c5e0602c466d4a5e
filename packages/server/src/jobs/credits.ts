/** Bytes that one credit pays for. */
export const BYTES_PER_CREDIT: number = 5 * 2 ** 20

/** What a file costs: a credit for every 5 MiB begun, and one at least. */
export function creditsFor(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / BYTES_PER_CREDIT))
}
