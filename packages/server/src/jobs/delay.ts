import type { Job } from './job.js'

/** How long every job is held back, in milliseconds. */
export interface Delay {
  readonly least: number
  readonly most: number
}

/** A job's delay, which depends on its file alone, so that two runs of a bench wait equally long. */
export function delayOf({ inputDigest }: Pick<Job, 'inputDigest'>, { least, most }: Delay): number {
  const share = Number.parseInt(inputDigest.slice(0, 8), 16) / 0xffff_ffff
  return Math.round(least + (most - least) * share)
}
