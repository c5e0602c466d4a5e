import type { Outcome } from '../types.js'
import { formatBytes, formatSaving } from '../util/units.js'
import { type Html, html } from './html-text.js'

interface Group {
  readonly name: string
  readonly files: number
  readonly before: number
  readonly after: number
}

// Small groups say little, and many of them hide the others.
const groupsShown = 8

/** Bytes before and after, by format and by folder. */
export function bars(assets: readonly Outcome[]): Html {
  const byFormat = groupsOf(assets, ({ format }) => formatName(format))
  const byFolder = groupsOf(assets, folderOf)
  return html`<div class="bars">${chart('By format', byFormat)}${chart('By folder', byFolder)}
<p class="small legend">Pale bars are bytes before, solid bars bytes after.</p></div>`
}

/** A format as people write it. */
export function formatName(format: Outcome['format']): string {
  if (format === null) return 'unknown'
  return format === 'webp' ? 'WebP' : format.toUpperCase()
}

function folderOf({ path, origin }: Outcome): string {
  if (origin === 'inline') return 'inlined in code'
  const folders = path.split('/').slice(0, -1)
  return folders.length === 0 ? '(top level)' : `${folders.slice(0, 2).join('/')}/`
}

function groupsOf(assets: readonly Outcome[], nameOf: (asset: Outcome) => string): Group[] {
  const groups = new Map<string, Group>()
  for (const asset of assets) {
    const name = nameOf(asset)
    groups.set(name, add(groups.get(name) ?? { name, files: 0, before: 0, after: 0 }, { ...asset, files: 1 }))
  }
  const sorted = [...groups.values()].toSorted((a, b) => b.before - a.before)
  const shown = sorted.slice(0, sorted.length > groupsShown ? groupsShown - 1 : groupsShown)
  const rest = sorted.slice(shown.length)
  if (rest.length === 0) return shown
  return [...shown, rest.reduce(add, { name: `${rest.length} others`, files: 0, before: 0, after: 0 })]
}

function add(group: Group, more: Pick<Group, 'files' | 'before' | 'after'>): Group {
  const { name, files, before, after } = group
  return { name, files: files + more.files, before: before + more.before, after: after + more.after }
}

function chart(title: string, groups: readonly Group[]): Html {
  const longest = Math.max(1, ...groups.map(({ before, after }) => Math.max(before, after)))
  return html`<section class="chart"><h2>${title}</h2><ul>${groups.map((group) => bar(group, longest))}</ul></section>`
}

function bar({ name, files, before, after }: Group, longest: number): Html {
  const count = files === 1 ? '1 file' : `${files} files`
  return html`<li><span class="label">${name}</span> <span class="small">${count}</span>
<span class="sizes">${formatBytes(before)} → ${formatBytes(after)} <b>${formatSaving(before, after)}</b></span>
<svg class="bar" aria-hidden="true"><rect class="before" width="${percent(before, longest)}" height="100%" rx="3"/>
<rect class="after" width="${percent(after, longest)}" height="100%" rx="3"/></svg></li>`
}

/** A share as the width of something. */
export function percent(part: number, whole: number): string {
  return `${whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10}%`
}
