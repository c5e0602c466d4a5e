import { change, mebibytes, seconds, table } from './format.mjs'
import { median } from './statistics.mjs'
import { bundlers } from './warm-build.mjs'
import { MOST_RATIO } from './warm-measure.mjs'

/** @typedef {import('./warm-measure.mjs').Measured} Measured */
/** @typedef {import('./probed-run.mjs').ProbedRun} ProbedRun */

/** One bundler's builds in detail. @param {Measured} measured */
export function detailText({ bundler, pairs, ratio, pairedRatio, faults }) {
  const { name } = bundlers[bundler]
  const row = (/** @type {string} */ label, /** @type {ProbedRun[]} */ runs) => {
    const walls = runs.map((run) => run.wallMs)
    return [
      label,
      seconds(median(walls)),
      `${seconds(Math.min(...walls))} – ${seconds(Math.max(...walls))}`,
      seconds(median(runs.map((run) => run.cpuMs))),
      mebibytes(Math.max(...runs.flatMap((run) => [run.peakRss, run.probed.peakRss]))),
    ]
  }
  const head = ['build', 'wall, median', 'least – most', 'CPU, median', 'peak memory']
  const plain = pairs.map((pair) => pair.plain)
  const plugin = pairs.map((pair) => pair.plugin)
  const rows = [row(name, plain), row(`${name} + plugin, cache warm`, plugin)]
  const ratios = `Ratio of medians ${change(ratio)}; median of paired ratios ${change(pairedRatio)}.`
  return `${table(head, rows)}\n\n${ratios}\n\n${verdict(faults, ratio)}`
}

/** @param {string[]} faults @param {number} ratio */
function verdict(faults, ratio) {
  if (faults.length > 0) return faults.map((fault) => `- **Broken:** ${fault}.`).join('\n')
  const nothing = 'No image was compressed again, no codec was loaded, no process or thread was started.'
  return `${nothing} ${change(ratio)} is within the limit of ${change(MOST_RATIO)}.`
}

/** Bundlers side by side. @param {Measured[]} all */
export function overviewText(all) {
  const head = [
    'bundler',
    'plain, median',
    'with plugin, median',
    'ratio of medians',
    'median of paired ratios',
    'faults',
  ]
  const rows = all.map(({ bundler, pairs, ratio, pairedRatio, faults }) => [
    bundlers[bundler].name,
    seconds(median(pairs.map(({ plain }) => plain.wallMs))),
    seconds(median(pairs.map(({ plugin }) => plugin.wallMs))),
    change(ratio),
    change(pairedRatio),
    faults.length === 0 ? 'none' : String(faults.length),
  ])
  const broken = all.flatMap(({ bundler, faults }) =>
    faults.map((fault) => `- **Broken by ${bundlers[bundler].name}:** ${fault}.`),
  )
  const kept = `Every limit was kept; ${change(MOST_RATIO)} is that of a ratio.`
  return `${table(head, rows)}\n\n${broken.length === 0 ? kept : broken.join('\n')}`
}
