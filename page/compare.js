// @ts-check
// Shows a picture before and after, with a divider between them and a zoom.

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('compare'))
const title = part('#compare-name', HTMLElement)
const facts = part('#compare-facts', HTMLElement)
const scroller = part('.scroller', HTMLElement)
const stage = part('.stage', HTMLElement)
const before = part('img.before', HTMLImageElement)
const after = part('img.after', HTMLImageElement)
const divider = part('.divider', HTMLElement)
const range = part('input[type=range]', HTMLInputElement)
const zooms = [...dialog.querySelectorAll('button')].filter((button) => button.dataset['zoom'])
const previous = part('[data-do=previous]', HTMLButtonElement)
const next = part('[data-do=next]', HTMLButtonElement)

/** @type {HTMLButtonElement | undefined} */
let current
let zoom = 'fit'

// Pictures come last in the page.
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', enable)
else enable()
document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest('button') : null
  if (!button) return
  const { picture, zoom: level, do: action } = button.dataset
  if (picture) open(button)
  else if (level) zoomTo(level)
  else if (action === 'close') dialog.close()
  else if (action === 'previous') step(-1)
  else if (action === 'next') step(1)
})
dialog.addEventListener('close', () => current?.focus())
range.addEventListener('input', split)
scroller.addEventListener('scroll', split, { passive: true })
scroller.addEventListener('pointerdown', follow)
// A finger moves a picture that is larger than its view, and the divider of one that fits.
scroller.addEventListener('pointermove', (event) => {
  if (event.buttons === 1 && (event.pointerType === 'mouse' || fits())) follow(event)
})
scroller.addEventListener('dragstart', (event) => event.preventDefault())
new ResizeObserver(layOut).observe(scroller)

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
function part(selector, type) {
  const found = dialog.querySelector(selector)
  if (found instanceof type) return found
  throw new Error(`The page has no ${selector}.`)
}

function enable() {
  for (const button of lookButtons('')) button.disabled = false
}

/** Those of files that the filter shows, in the order of the table. @returns {HTMLButtonElement[]} */
function lookButtons(rows = 'tr:not([hidden])') {
  return [...document.querySelectorAll(/** @type {'button'} */ (`${rows} .look`))]
}

/** @param {HTMLButtonElement} button */
async function open(button) {
  current = button
  const id = button.dataset['picture']
  const row = button.closest('tr')
  const cells = [...(row?.querySelectorAll('.number') ?? [])].map((cell) => cell.textContent?.trim() ?? '')
  title.textContent = button.textContent
  before.src = pictureOf(`${id}-before`)
  after.src = pictureOf(`${id}-after`)
  range.value = '50'
  const buttons = lookButtons()
  const index = buttons.indexOf(button)
  previous.disabled = index <= 0
  next.disabled = index === buttons.length - 1
  if (!dialog.open) dialog.showModal()
  zoomTo('fit')
  // What cannot be decoded is shown as the browser shows it.
  await Promise.all([before.decode(), after.decode()]).catch(() => {})
  const [was = '', is = ''] = cells
  facts.textContent = `${after.naturalWidth} × ${after.naturalHeight}, ${was} → ${is}, ${row?.querySelector('.saved .share')?.textContent ?? ''}`
  layOut()
}

/** @param {string} id */
function pictureOf(id) {
  const template = document.getElementById(id)
  return template instanceof HTMLTemplateElement ? (template.content.textContent ?? '') : ''
}

/** @param {number} by */
function step(by) {
  const buttons = lookButtons()
  const button = current && buttons[buttons.indexOf(current) + by]
  if (button) open(button)
}

/** @param {string} level `fit`, or pixels of the screen for each of the picture's */
function zoomTo(level) {
  zoom = level
  for (const button of zooms) button.ariaPressed = String(button.dataset['zoom'] === level)
  const { scrollLeft, scrollTop, scrollWidth, scrollHeight, clientWidth, clientHeight } = scroller
  const middle = { x: (scrollLeft + clientWidth / 2) / scrollWidth, y: (scrollTop + clientHeight / 2) / scrollHeight }
  layOut()
  // What is in the middle stays there.
  scroller.scrollTo(
    middle.x * scroller.scrollWidth - clientWidth / 2,
    middle.y * scroller.scrollHeight - clientHeight / 2,
  )
}

function layOut() {
  // A drawing may have no size of its own.
  const width = after.naturalWidth || 300
  const height = after.naturalHeight || 150
  const fitting = Math.min(scroller.clientWidth / width, scroller.clientHeight / height)
  const ratio = 1 / window.devicePixelRatio
  const scale = zoom === 'fit' ? Math.min(fitting, isDrawing() ? fitting : 1) : Number(zoom) * ratio
  for (const image of [before, after]) {
    image.style.width = `${width * scale}px`
    image.style.height = `${height * scale}px`
  }
  scroller.classList.toggle('fits', fits())
  stage.classList.toggle('near', scale > ratio && !isDrawing())
  split()
}

function fits() {
  return scroller.scrollWidth <= scroller.clientWidth && scroller.scrollHeight <= scroller.clientHeight
}

function isDrawing() {
  return after.src.startsWith('data:image/svg')
}

/** Puts the divider where the range says, and shows as much of each picture. */
function split() {
  const share = Number(range.value) / 100
  const { left, width } = after.getBoundingClientRect()
  const view = scroller.getBoundingClientRect()
  const edge = view.left + share * scroller.clientWidth
  const hidden = Math.min(Math.max(edge - left, 0), width)
  after.style.clipPath = `inset(0 0 0 ${hidden}px)`
  before.style.clipPath = `inset(0 ${width - hidden}px 0 0)`
  divider.style.left = `${share * scroller.clientWidth}px`
  range.setAttribute('aria-valuetext', `${Math.round(share * 100)} % before, ${Math.round(100 - share * 100)} % after`)
}

/** The divider goes where the picture is pressed. @param {PointerEvent} event */
function follow(event) {
  const view = scroller.getBoundingClientRect()
  const x = event.clientX - view.left
  // Beside the picture are its scroll bars.
  if (x > scroller.clientWidth || event.clientY - view.top > scroller.clientHeight) return
  range.value = String((100 * x) / scroller.clientWidth)
  split()
}
