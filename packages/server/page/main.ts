import { createApi } from './api.js'
import { createCompare } from './compare.js'
import { part, save } from './dom.js'
import { watchDrops } from './drop.js'
import { createKeyHolder } from './key.js'
import { parts, readWishes } from './parts.js'
import { createRow, type Row } from './row.js'
import { count, formatBytes, formatSaving } from './words.js'
import { createWork, type Stage } from './work.js'
import { type Entry, fitsInZip, zip } from './zip.js'

/** A file on the page. */
interface Item {
  readonly file: File
  readonly row: Row
  stage: Stage
  controller: AbortController
}

const items = new Set<Item>()
const keys = createKeyHolder()
const work = createWork(keys, sayKeyRefused)
const openCompare = createCompare()
const keyNote = parts.keyNote.cloneNode(true).childNodes

parts.key.value = keys.current()
parts.key.addEventListener('change', takeKey)
parts.settings.addEventListener('submit', (event) => {
  event.preventDefault()
  takeKey()
})
parts.choose.addEventListener('change', () => {
  add([...(parts.choose.files ?? [])])
  // The same file may be chosen again.
  parts.choose.value = ''
})
watchDrops(part(document, '#drop', HTMLElement), add, notice)
parts.saveAll.addEventListener('click', () => void saveAll())
parts.clear.addEventListener('click', clear)
addEventListener('beforeunload', (event) => {
  if (running().length > 0) event.preventDefault()
})
if (keys.current() !== '') void tellCredits()

function add(files: readonly File[]): void {
  notice('')
  const wishes = readWishes()
  for (const file of files) {
    const row = createRow(file, (action) => {
      if (action === 'cancel') item.controller.abort()
      else if (action === 'again') start(item, wishes)
      else if (action === 'save') saveOne(item)
      else look(item)
    })
    const item: Item = { file, row, stage: { kind: 'waiting', what: 'turn' }, controller: new AbortController() }
    items.add(item)
    parts.files.append(row.element)
    start(item, wishes)
  }
  if (files.length > 0 && keys.current() === '') parts.key.focus()
}

function start(item: Item, wishes: Readonly<Record<string, unknown>>): void {
  const controller = new AbortController()
  item.controller = controller
  const onStage = (stage: Stage) => {
    item.stage = stage
    item.row.show(stage)
    summarize()
  }
  void work.run({ file: item.file, wishes, signal: controller.signal, onStage }).then(() => {
    if (running().length === 0 && keys.current() !== '') void tellCredits()
  })
}

function running(): Item[] {
  return [...items].filter(({ stage: { kind } }) => kind !== 'done' && kind !== 'failed' && kind !== 'canceled')
}

function results(): (Entry & { readonly before: number })[] {
  return [...items].flatMap(({ file, stage }) => {
    if (stage.kind !== 'done') return []
    return [{ name: resultName(file.name, stage.output.fileName), bytes: stage.bytes, before: file.size }]
  })
}

function summarize(): void {
  const done = results()
  const before = done.reduce((sum, result) => sum + result.before, 0)
  const after = done.reduce((sum, result) => sum + result.bytes.size, 0)
  const failed = [...items].filter(({ stage }) => stage.kind === 'failed').length
  parts.results.hidden = items.size === 0
  parts.figures.hidden = done.length === 0
  parts.saved.textContent = formatSaving(before, after)
  parts.sizes.textContent = `${formatBytes(before)} → ${formatBytes(after)}`
  const told = `${done.length} of ${count(items.size, 'file')} done${failed > 0 ? `, ${failed} failed` : ''}`
  // Said by screen readers each time it is set.
  if (parts.counts.textContent !== told) parts.counts.textContent = told
  parts.saveAll.disabled = done.length === 0
}

function look({ file, row, stage }: Item): void {
  if (stage.kind !== 'done') return
  const after = URL.createObjectURL(stage.bytes)
  const facts = `${formatBytes(file.size)} → ${formatBytes(stage.bytes.size)}, ${formatSaving(file.size, stage.bytes.size)}`
  openCompare({ name: file.name, facts, before: row.picture, after }, () => URL.revokeObjectURL(after))
}

function saveOne({ file, stage }: Item): void {
  if (stage.kind === 'done') save(stage.bytes, resultName(file.name, stage.output.fileName))
}

async function saveAll(): Promise<void> {
  const done = results()
  const [first, ...others] = done
  if (!first) return
  if (others.length === 0) return save(first.bytes, first.name)
  if (!fitsInZip(done)) return notice('Together they are too large for one archive. Download them one by one.')
  parts.saveAll.disabled = true
  save(await zip(done), 'compressed.zip')
  parts.saveAll.disabled = false
}

function clear(): void {
  for (const item of items) {
    item.controller.abort()
    item.row.remove()
  }
  items.clear()
  notice('')
  summarize()
  parts.choose.focus()
}

/** `photo.jpg` becomes `photo-compressed.jpg`, with the extension of what it is. */
function resultName(name: string, outputName: string): string {
  const stem = name.slice(0, name.lastIndexOf('.'))
  return `${stem}-compressed${outputName.slice(outputName.lastIndexOf('.'))}`
}

function notice(text: string): void {
  parts.notice.textContent = text
  parts.notice.hidden = text === ''
}

function takeKey(): void {
  keys.set(parts.key.value.trim())
  if (keys.current() === '') showKeyNote(undefined)
  else void tellCredits()
}

async function tellCredits(): Promise<void> {
  const key = keys.current()
  try {
    const credits = await createApi(key).credits()
    if (key === keys.current()) showKeyNote(`${count(credits, 'credit')} left. Kept in this tab only.`)
  } catch (error) {
    if (key === keys.current()) sayKeyRefused(error instanceof Error ? error.message : String(error))
  }
}

function sayKeyRefused(message: string): void {
  showKeyNote(message)
  parts.key.ariaInvalid = 'true'
}

/** What stands below the key: a message, or else what stood there first. */
function showKeyNote(message: string | undefined): void {
  parts.key.ariaInvalid = 'false'
  if (message === undefined) parts.keyNote.replaceChildren(...[...keyNote].map((node) => node.cloneNode(true)))
  else parts.keyNote.textContent = message
}
