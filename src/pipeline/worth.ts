import type { ResolvedOptions } from '../options.js'

/** Whether a smaller file is smaller by enough to ship. */
export function isWorthShipping(before: number, after: number, least: ResolvedOptions['minSavings']): boolean {
  const saved = before - after
  return saved > 0 && saved >= least.bytes && saved * 100 >= before * least.percent
}
