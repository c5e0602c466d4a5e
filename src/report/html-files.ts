import type { Outcome } from '../types.js'
import { formatBytes, formatSaving } from '../util/units.js'
import { formatName, percent } from './html-bars.js'
import { type Html, html, prose } from './html-text.js'
import { isShownByBrowsers } from './pictures.js'
import { reasonText } from './reasons.js'

const outcomes = { compressed: 'Compressed', kept: 'Kept', failed: 'Failed' } as const
const importersShown = 3

/**
 * All files, the largest saving first; of those that save nothing what failed, then the largest.
 * @param pictureOf The id under which the page holds a file's pictures.
 */
export function files(assets: readonly Outcome[], pictureOf: (asset: Outcome) => string | undefined): Html {
  const isIllustrated = assets.some((asset) => pictureOf(asset) !== undefined)
  const sorted = assets.toSorted((a, b) => savedBy(b) - savedBy(a) || rank(a) - rank(b) || b.after - a.after)
  return html`<section class="files"><h2 id="files">Files</h2>
${controls(assets)}
<table role="table" aria-labelledby="files"><thead role="rowgroup"><tr role="row">
${columns.map(column)}
</tr></thead><tbody role="rowgroup">
${sorted.map((asset) => row(asset, pictureOf(asset), isIllustrated))}
</tbody></table>
<p class="none" hidden>No file is like that. <button type="reset" form="controls">Show all files</button></p></section>`
}

function savedBy({ before, after }: Outcome): number {
  return before - after
}

function rank({ outcome }: Outcome): number {
  return outcome === 'failed' ? 0 : 1
}

const columns = [
  { name: 'File', sort: 'name' },
  { name: 'Format', sort: 'format' },
  { name: 'Before', sort: 'before' },
  { name: 'After', sort: 'after' },
  { name: 'Saved', sort: 'saved' },
  { name: 'What happened, and why', sort: 'outcome' },
] as const

function column({ name, sort }: (typeof columns)[number]): Html {
  const order = sort === 'saved' ? 'descending' : 'none'
  return html`<th role="columnheader" scope="col" aria-sort="${order}" data-sort="${sort}">${name}</th>`
}

/** The page's script shows them: without it they would do nothing. */
function controls(assets: readonly Outcome[]): Html {
  const formats = [...new Set(assets.map(({ format }) => formatName(format)))].toSorted()
  return html`<form class="controls" id="controls" hidden>
<label>Find <input type="search" name="text" placeholder="name or folder" autocomplete="off" spellcheck="false"></label>
<label>Outcome <select name="outcome"><option value="">all</option>
${Object.entries(outcomes).map(([value, name]) => html`<option value="${value}">${name.toLowerCase()}</option>`)}
</select></label>
<label>Format <select name="format"><option value="">all</option>
${formats.map((format) => html`<option>${format}</option>`)}</select></label>
<output role="status"></output></form>`
}

function row(asset: Outcome, picture: string | undefined, isIllustrated: boolean): Html {
  const { before, after, outcome, format } = asset
  // Line breaks between cells would be thousands of nodes, which a browser keeps too.
  const cells = [
    html`<th role="rowheader" scope="row">${name(asset, picture)}</th>`,
    html`<td role="cell" class="format">${formatName(format)}</td>`,
    html`<td role="cell" class="number">${formatBytes(before)}</td>`,
    html`<td role="cell" class="number">${formatBytes(after)}</td>`,
    html`<td role="cell" class="number saved">${saving(asset)}</td>`,
    html`<td role="cell" class="why">${why(asset, isIllustrated && picture === undefined)}</td>`,
  ]
  return html`<tr role="row" data-before="${before}" data-after="${after}" data-saved="${savedBy(asset)}" data-outcome="${outcome}" data-format="${formatName(format)}">${cells}</tr>
`
}

function name({ path, source, importers = [] }: Outcome, picture: string | undefined): Html {
  const slash = path.lastIndexOf('/') + 1
  const label = html`<span class="path"><span class="folder">${path.slice(0, slash)}</span>${path.slice(slash)}</span>`
  const shown = importers.slice(0, importersShown).join(', ')
  const more = importers.length > importersShown ? ` and ${importers.length - importersShown} more` : ''
  const from = [
    ...(source === null || source === path ? [] : [`from ${source}`]),
    ...(importers.length === 0 ? [] : [`pulled in by ${shown}${more}`]),
  ]
  const origin = from.map((line) => html`<span class="small">${line}</span>`)
  if (picture === undefined) return html`<span class="thumb"></span><span class="names">${label}${origin}</span>`
  return html`<span class="thumb"><img alt="" data-thumb="${picture}" width="40" height="40"></span><span class="names"><button type="button" class="look" data-picture="${picture}" title="Compare before and after" disabled>${label}</button>${origin}</span>`
}

function saving({ before, after }: Outcome): Html {
  if (after >= before) return html`<span class="small">0 %</span>`
  const width = percent(after, before)
  return html`<b class="share">${formatSaving(before, after)}</b> <span class="small">${formatBytes(before - after)}</span><svg class="bar" aria-hidden="true"><rect class="after" width="${width}" height="100%" rx="2"/></svg>`
}

/** @param lacksPicture Whether others have pictures, and this one could be expected to. */
function why(asset: Outcome, lacksPicture: boolean): Html {
  const { outcome, from, quality, format } = asset
  const reason = reasonText(asset)
  const facts = [
    ...(reason === null ? [] : [reason]),
    ...(quality === null ? [] : [`SSIMULACRA 2 score ${quality.toFixed(1)}.`]),
    ...(outcome === 'compressed' && from !== null && from !== 'engine' ? [`From ${from}.`] : []),
    ...(outcome === 'compressed' && lacksPicture ? [noPicture(format)] : []),
  ]
  return html`<span class="outcome ${outcome}">${outcomes[outcome]}</span> <span class="small">${prose(facts.join(' '))}</span>`
}

function noPicture(format: Outcome['format']): string {
  if (!isShownByBrowsers(format)) return `Browsers do not show ${formatName(format)} as an image.`
  return 'Too large to be shown here, or seen by an earlier build only.'
}
