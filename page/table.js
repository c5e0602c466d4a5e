// @ts-check
// Sorts and filters the table of files, and shows small pictures as they come into sight.

const table = /** @type {HTMLTableElement} */ (document.querySelector('.files table'))
const body = table.tBodies[0] ?? table.createTBody()
const form = /** @type {HTMLFormElement} */ (document.querySelector('.controls'))
const count = /** @type {HTMLOutputElement} */ (form.querySelector('output'))
const none = /** @type {HTMLElement} */ (document.querySelector('.files .none'))
const rows = Array.from(body.rows, (element) => {
  const { before, after, saved, format = '', outcome = '' } = element.dataset
  const name = element.cells[0]?.textContent?.trim().toLowerCase() ?? ''
  return { element, name, format, outcome, before: Number(before), after: Number(after), saved: Number(saved) }
})

/** @typedef {(typeof rows)[number]} Row */
/** @typedef {'ascending' | 'descending'} Order */

const compareText = new Intl.Collator('en', { numeric: true }).compare

/** @type {Record<string, (a: Row, b: Row) => number>} */
const comparisons = {
  name: (a, b) => compareText(a.name, b.name),
  format: (a, b) => compareText(a.format, b.format),
  outcome: (a, b) => compareText(a.outcome, b.outcome),
  before: (a, b) => a.before - b.before,
  after: (a, b) => a.after - b.after,
  saved: (a, b) => a.saved - b.saved,
}

for (const head of table.tHead?.rows[0]?.cells ?? []) {
  const button = document.createElement('button')
  button.type = 'button'
  button.append(...head.childNodes)
  head.append(button)
  button.addEventListener('click', () => sortBy(head))
}
form.hidden = false
form.addEventListener('input', filter)
form.addEventListener('submit', (event) => event.preventDefault())
// Fields are empty again right after the event.
form.addEventListener('reset', () => setTimeout(filter))
filter()
// Pictures come last in the page.
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', showThumbnails)
else showThumbnails()

/** Numbers begin with the largest, words with the first; the same column again turns around. @param {HTMLTableCellElement} head */
function sortBy(head) {
  const key = head.dataset['sort'] ?? 'name'
  const isNumber = key === 'before' || key === 'after' || key === 'saved'
  const first = isNumber ? 'descending' : 'ascending'
  const second = isNumber ? 'ascending' : 'descending'
  /** @type {Order} */
  const order = head.ariaSort === first ? second : first
  for (const other of table.tHead?.rows[0]?.cells ?? []) other.ariaSort = other === head ? order : 'none'
  const compare = comparisons[key]
  if (!compare) return
  const sign = order === 'ascending' ? 1 : -1
  rows.sort((a, b) => sign * compare(a, b))
  body.append(...rows.map(({ element }) => element))
}

function filter() {
  const fields = new FormData(form)
  const text = String(fields.get('text') ?? '')
    .trim()
    .toLowerCase()
  const outcome = fields.get('outcome')
  const format = fields.get('format')
  let shown = 0
  for (const row of rows) {
    const isWanted =
      row.name.includes(text) && (!outcome || row.outcome === outcome) && (!format || row.format === format)
    row.element.hidden = !isWanted
    if (isWanted) shown += 1
  }
  none.hidden = shown > 0 || rows.length === 0
  count.value = shown === rows.length ? `${shown} files` : `${shown} of ${rows.length} files`
}

function showThumbnails() {
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting || !(target instanceof HTMLImageElement)) continue
        watcher.unobserve(target)
        target.decoding = 'async'
        target.src = pictureOf(`${target.dataset['thumb']}-after`)
      }
    },
    { rootMargin: '200px' },
  )
  for (const image of body.querySelectorAll('img[data-thumb]')) watcher.observe(image)
}

/** @param {string} id */
function pictureOf(id) {
  const template = document.getElementById(id)
  return template instanceof HTMLTemplateElement ? (template.content.textContent ?? '') : ''
}
