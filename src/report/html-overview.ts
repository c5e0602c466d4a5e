import type { Report, Warning } from '../types.js'
import { formatBytes, formatDuration, formatSaving } from '../util/units.js'
import { type Html, html, nothing, prose } from './html-text.js'

/** What a reader wants to know first: how much less ships, of how much, and whether something went wrong. */
export function overview({ totals, engine, settings, warnings }: Report): Html {
  const { before, after, assets, compressed, kept, failed, durationMs } = totals
  const facts = [
    ['Files', String(assets)],
    ['Compressed', String(compressed)],
    ['Kept as they were', String(kept)],
    ['Failed', String(failed), failed > 0 ? 'bad' : ''],
    ['Time added', formatDuration(durationMs)],
  ] as const
  return html`<header class="top">
<p class="brand">compress-fast</p>
<h1><strong>${formatSaving(before, after)}</strong> <span>${formatBytes(before)} → ${formatBytes(after)}</span></h1>
<dl class="facts">${facts.map(([name, value, kind = '']) => html`<div><dt>${name}</dt><dd class="${kind}">${value}</dd></div>`)}</dl>
<p class="small">Engine ${engine.id} ${engine.version}, quality ${settings.quality}, effort ${settings.effort}${origins(totals.from)}.</p>
</header>
${warnings.length === 0 ? nothing : warningList(warnings)}`
}

function origins(from: Report['totals']['from']): string {
  const named = {
    engine: 'made now',
    memory: 'from memory',
    disk: 'from the disk cache',
    remote: 'from a shared cache',
  }
  const parts = (['engine', 'memory', 'disk', 'remote'] as const).flatMap((name) => {
    return from[name] > 0 ? [`${from[name]} ${named[name]}`] : []
  })
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`
}

function warningList(warnings: readonly Warning[]): Html {
  const summary = warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`
  return html`<details class="warnings"${{ markup: warnings.length <= 3 ? ' open' : '' }}><summary>${summary}</summary>
<ul>${warnings.map(({ message, hint }) => html`<li><span class="message">${message}</span> ${prose(hint ?? '')}</li>`)}</ul>
</details>`
}
