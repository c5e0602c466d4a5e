import { createHash } from 'node:crypto'
import type { Report } from '../types.js'
import { bars } from './html-bars.js'
import { files } from './html-files.js'
import { overview } from './html-overview.js'
import { type Html, html } from './html-text.js'
import type { Page } from './page.js'
import { dataUri, type Picture, type Pictures } from './pictures.js'

/**
 * A page about a report: one file that asks for nothing else, and that a strict policy keeps from doing so.
 * @param pictures What the page holds for looking at; files without one are told of in words.
 */
export function renderHtml(report: Report, pictures: Pictures, page: Page): string {
  const { assets } = report
  const shipped = new Set(assets.map(({ digest }) => digest))
  const used = new Map([...pictures].filter(([digest]) => shipped.has(digest)))
  const ids = new Map([...used.keys()].map((digest, index) => [digest, `p${index}`]))
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy(page))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>compress-fast report</title>
<link rel="icon" href="data:,">
<style>${raw(page.style)}</style>
</head>
<body>
<main>
${overview(report)}
${bars(assets)}
${files(assets, ({ digest, outcome }) => (outcome === 'compressed' ? ids.get(digest) : undefined))}
</main>
${compareDialog}
${page.scripts.map(scriptElement)}
${[...used].map(([digest, picture]) => pictureData(ids.get(digest) ?? '', picture))}
</body>
</html>
`
  return markup
}

/** Nothing is loaded, nothing runs and nothing styles but what is in the page and ours. */
function policy({ style, scripts }: Page): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const rules = [
    "default-src 'none'",
    'img-src data:',
    `style-src ${hash(style)}`,
    `script-src ${scripts.map(hash).join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]
  return rules.join('; ')
}

/** Plain text rather than a template of `html`: for an end tag in one of those the bundler of this package wants a helper. */
function scriptElement(script: string): Html {
  return raw(`<script type="module" async>${script}</script>\n`)
}

/** Our own text, which holds no end tag. */
function raw(text: string): Html {
  return { markup: text }
}

/**
 * They come last, so that nothing waits for them, and are text until a script makes an image of one. Browsers read the
 * text of a template faster than that of a script.
 */
function pictureData(id: string, { format, before, after }: Picture): Html {
  return html`<template id="${id}-before">${raw(dataUri(format, before))}</template>
<template id="${id}-after">${raw(dataUri(format, after))}</template>
`
}

const compareDialog = html`<dialog id="compare" aria-labelledby="compare-name">
<div class="head"><h2 id="compare-name"></h2><p class="small" id="compare-facts"></p>
<button type="button" data-do="close">Close</button></div>
<div class="view"><div class="scroller" role="group" tabindex="0" aria-label="The picture, before to the left and after to the right of the divider">
<div class="stage"><img class="before" alt="Before"><img class="after" alt="After"></div></div>
<span class="tag left" aria-hidden="true">Before</span><span class="tag right" aria-hidden="true">After</span>
<div class="divider" aria-hidden="true"></div></div>
<div class="tools">
<label class="split">Divider <input type="range" min="0" max="100" step="0.5" value="50" autofocus></label>
<div class="group" role="group" aria-label="Zoom">
<button type="button" data-zoom="fit" aria-pressed="true">Fit</button><button type="button" data-zoom="1" aria-pressed="false">100 %</button><button type="button" data-zoom="2" aria-pressed="false">200 %</button><button type="button" data-zoom="4" aria-pressed="false">400 %</button></div>
<div class="group" role="group" aria-label="Other files">
<button type="button" data-do="previous">Previous</button><button type="button" data-do="next">Next</button></div>
</div>
</dialog>`
