import { part } from './dom.js'
import { explainUnchanged, formatBytes, formatSaving } from './words.js'
import type { Stage } from './work.js'

/** What a click in a row asks for. */
export type Action = 'look' | 'save' | 'again' | 'cancel'

/** A file in the list. */
export interface Row {
  readonly element: HTMLLIElement
  /** An address of the file itself, when the browser shows it as a picture. */
  readonly picture: string
  show(stage: Stage): void
  /** Takes the row out of the page. */
  remove(): void
}

export function createRow(file: File, onAction: (action: Action) => void): Row {
  const element = copyTemplate()
  const picture = URL.createObjectURL(file)
  const thumb = part(element, 'img', HTMLImageElement)
  const state = part(element, '.state', HTMLElement)
  const progress = part(element, 'progress', HTMLProgressElement)
  const buttons = [...element.querySelectorAll('button')]
  let pictured = false
  let stage: Stage | undefined

  function show(next: Stage): void {
    stage = next
    const { kind } = next
    element.dataset['stage'] = kind
    state.textContent = describe(next)
    showProgress(progress, next)
    const after = kind === 'done' ? next.bytes.size : undefined
    part(element, '.after', HTMLElement).textContent = after === undefined ? '' : `→ ${formatBytes(after)}`
    part(element, '.saving', HTMLElement).textContent = after === undefined ? '' : formatSaving(file.size, after)
    const offered = actionsAt(next, pictured)
    for (const button of buttons) {
      const isOffered = offered.some((action) => action === button.dataset['do'])
      if (button.classList.contains('thumb')) button.disabled = !isOffered
      else button.hidden = !isOffered
    }
  }

  thumb.addEventListener('load', () => {
    pictured = true
    thumb.hidden = false
    if (stage) show(stage)
  })
  element.addEventListener('click', ({ target }) => {
    const action = target instanceof Element ? target.closest('button')?.dataset['do'] : undefined
    if (action === 'look' || action === 'save' || action === 'again' || action === 'cancel') onAction(action)
  })

  part(element, '.name', HTMLElement).textContent = file.name
  part(element, '.before', HTMLElement).textContent = formatBytes(file.size)
  part(element, '.kind', HTMLElement).textContent = file.name.slice(file.name.lastIndexOf('.') + 1).slice(0, 4)
  progress.ariaLabel = file.name
  for (const button of buttons) button.ariaLabel = `${button.textContent?.trim() || 'Compare'} ${file.name}`
  thumb.src = picture

  return {
    element,
    picture,
    show,
    remove() {
      URL.revokeObjectURL(picture)
      element.remove()
    },
  }
}

function copyTemplate(): HTMLLIElement {
  const { content } = part(document, '#row', HTMLTemplateElement)
  const copy = document.importNode(content, true)
  return part(copy, 'li', HTMLLIElement)
}

const waits = {
  turn: 'Waiting for its turn',
  key: 'Waiting for a key',
  place: 'Waiting: the server is busy',
  server: 'Waiting for the server to answer',
} as const

function describe(stage: Stage): string {
  switch (stage.kind) {
    case 'waiting':
      return waits[stage.what]
    case 'sending':
      return stage.share < 1 ? `Sending, ${Math.floor(stage.share * 100)} %` : 'Sent'
    case 'queued':
      return stage.position > 0 ? `Queued, place ${stage.position} of ${stage.total}` : 'Queued'
    case 'running':
      return 'Compressing'
    case 'fetching':
      return 'Fetching the result'
    case 'done':
      return stage.output.reason === undefined ? 'Done' : explainUnchanged(stage.output.reason)
    case 'failed':
      return stage.words
    case 'canceled':
      return 'Canceled'
  }
}

/** The server does not say how far a running job is, so its bar only moves. */
function showProgress(progress: HTMLProgressElement, stage: Stage): void {
  progress.hidden = stage.kind === 'done' || stage.kind === 'failed' || stage.kind === 'canceled'
  if (stage.kind === 'running' || stage.kind === 'fetching') progress.removeAttribute('value')
  else progress.value = stage.kind === 'sending' ? stage.share : 0
}

function actionsAt({ kind }: Stage, pictured: boolean): Action[] {
  if (kind === 'done') return pictured ? ['look', 'save'] : ['save']
  return kind === 'failed' || kind === 'canceled' ? ['again'] : ['cancel']
}
