/** @typedef {import('./rows.mjs').Row} Row */

const [start, end] = ['<!-- options -->', '<!-- /options -->']

/**
 * A Markdown table of options.
 * @param {readonly Row[]} rows
 * @returns {string}
 */
export function renderTable(rows) {
  const cells = rows.map((row) => [`\`${row.name}\``, row.default ? `\`${row.default}\`` : '', row.meaning])
  const lines = cells.map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
  return ['| option | default | meaning |', '|---|---|---|', ...lines].join('\n').replaceAll('|  |', '| |')
}

/**
 * A page with what stands between its option markers replaced.
 * @param {string} page
 * @param {string} table
 * @returns {string}
 * @throws When the page does not have each marker once, in order.
 */
export function insertTable(page, table) {
  const parts = page.split(start)
  const rest = parts[1]?.split(end)
  if (parts.length !== 2 || rest?.length !== 2)
    throw new Error(`The page needs \`${start}\` and \`${end}\`, once each.`)
  return `${parts[0]}${start}\n${table}\n${end}${rest[1]}`
}
