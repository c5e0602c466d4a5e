/** @param {number} ms Milliseconds, shown as seconds. */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
}

/** @param {number} bytes Shown as MiB. */
export function mebibytes(bytes) {
  return `${Math.round(bytes / 2 ** 20)} MiB`
}

/** @param {number} bytes With thousands apart. */
export function count(bytes) {
  return bytes.toLocaleString('en')
}

/** @param {number} ratio 1 is the same. */
export function change(ratio) {
  const percent = ((ratio - 1) * 100).toFixed(1)
  return `${Number(percent) === 0 ? '±0.0' : (Number(percent) < 0 ? '−' : '+') + percent.replace('-', '')} %`
}

/**
 * A Markdown table; all columns but the first are aligned to the right.
 * @param {string[]} head
 * @param {string[][]} rows
 */
export function table(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}
