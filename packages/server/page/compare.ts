import { part } from './dom.js'

/** A picture before and after, as addresses that the browser has. */
export interface Pair {
  readonly name: string
  readonly facts: string
  readonly before: string
  readonly after: string
}

/** Makes the dialog work, and returns what opens it. `onClose` may give the addresses back. */
export function createCompare(): (pair: Pair, onClose: () => void) => void {
  const dialog = part(document, '#compare', HTMLDialogElement)
  const view = part(dialog, '.view', HTMLElement)
  const stage = part(dialog, '.stage', HTMLElement)
  const before = part(dialog, 'img.before', HTMLImageElement)
  const after = part(dialog, 'img.after', HTMLImageElement)
  const range = part(dialog, '#divider', HTMLInputElement)
  const zooms = [...dialog.querySelectorAll('button')].filter(({ dataset }) => dataset['zoom'])
  let zoom = 'fit'

  function split(): void {
    const share = Number(range.value)
    stage.style.setProperty('--at', `${share}%`)
    range.setAttribute('aria-valuetext', `${Math.round(share)} % before, ${Math.round(100 - share)} % after`)
  }

  function layOut(): void {
    // A drawing may have no size of its own.
    const width = after.naturalWidth || 300
    const height = after.naturalHeight || 150
    const ratio = 1 / devicePixelRatio
    const fitting = Math.min(view.clientWidth / width, view.clientHeight / height)
    const scale = zoom === 'fit' ? Math.min(fitting, isDrawing() ? fitting : 1) : Number(zoom) * ratio
    stage.style.width = `${width * scale}px`
    stage.style.height = `${height * scale}px`
    stage.classList.toggle('near', scale > ratio && !isDrawing())
  }

  function isDrawing(): boolean {
    return dialog.classList.contains('drawing')
  }

  function zoomTo(level: string): void {
    zoom = level
    for (const button of zooms) button.ariaPressed = String(button.dataset['zoom'] === level)
    layOut()
    view.scrollTo((view.scrollWidth - view.clientWidth) / 2, (view.scrollHeight - view.clientHeight) / 2)
  }

  /** The divider goes where the picture is pressed. */
  function follow({ clientX }: PointerEvent): void {
    const { left, width } = stage.getBoundingClientRect()
    range.value = String((100 * (clientX - left)) / width)
    split()
  }

  dialog.addEventListener('click', ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return
    const { do: action, zoom: level } = target.dataset
    if (action === 'close') dialog.close()
    else if (level) zoomTo(level)
  })
  range.addEventListener('input', split)
  stage.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'mouse') stage.setPointerCapture(event.pointerId)
    follow(event)
  })
  stage.addEventListener('pointermove', (event) => {
    if (event.buttons === 1) follow(event)
  })
  stage.addEventListener('dragstart', (event) => event.preventDefault())
  new ResizeObserver(layOut).observe(view)

  return async ({ name, facts, before: was, after: is }, onClose) => {
    part(dialog, '#compare-name', HTMLElement).textContent = name
    part(dialog, '#compare-facts', HTMLElement).textContent = facts
    dialog.classList.toggle('drawing', name.toLowerCase().endsWith('.svg'))
    before.src = was
    after.src = is
    range.value = '50'
    split()
    dialog.addEventListener('close', onClose, { once: true })
    dialog.showModal()
    // What cannot be decoded is shown as the browser shows it.
    await Promise.all([before.decode(), after.decode()]).catch(() => {})
    zoomTo('fit')
  }
}
