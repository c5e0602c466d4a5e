import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { prepareReference, score } from '../../packages/engine/dist/metric/ssimulacra2.js'

const execute = promisify(execFile)

/** Dots per inch: a page as large as browsers show it. */
const DENSITY = 96

/** Pages of a document that are looked at, evenly spread. */
const MOST_PAGES = 20

/** @typedef {{ data: Uint8Array, width: number, height: number, channels: 3 }} Page */

/**
 * @typedef {object} Reading What programs that are not ours find in a document.
 * @property {number} pages
 * @property {string} text
 * @property {string} extras Form fields, links and attachments, as text that can be compared.
 * @property {boolean} isSound No complaint of qpdf's.
 */

/** @param {string} pdf @returns {Promise<Reading>} */
export async function readPdf(pdf) {
  const [pages, text, fields, links, files, check] = await Promise.all([
    said('qpdf', ['--warning-exit-0', '--show-npages', pdf]),
    said('pdftotext', [pdf, '-']),
    said('qpdf', ['--warning-exit-0', '--json', '--json-key=acroform', pdf]),
    said('pdfinfo', ['-url', pdf]),
    said('pdfdetach', ['-list', pdf]),
    execute('qpdf', ['--check', pdf], { maxBuffer: 2 ** 26 }).then(
      () => true,
      () => false,
    ),
  ])
  return { pages: Number(pages), text, extras: fieldsIn(fields) + links + files, isSound: check }
}

/** Names, kinds and values of fields, without numbers of objects, which may change. @param {string} json */
function fieldsIn(json) {
  if (json === '') return ''
  /** @type {{ acroform: { fields: Record<string, unknown>[] } }} */
  const { acroform } = JSON.parse(json)
  return JSON.stringify(
    acroform.fields.map(({ fullname, fieldtype, fieldflags, value, choices, pageposfrom1 }) => [
      fullname,
      fieldtype,
      fieldflags,
      value,
      choices,
      pageposfrom1,
    ]),
  )
}

/** What a program prints; nothing when it fails. @param {string} program @param {string[]} args */
async function said(program, args) {
  const { stdout } = await execute(program, args, { maxBuffer: 2 ** 28 }).catch((error) => {
    if (error.code === 'ENOENT') throw error
    return { stdout: '' }
  })
  return stdout
}

/**
 * Scores of pages of two PDFs; 100 where they are the same, `-Infinity` where one is missing or of another size.
 * @param {string} source
 * @param {string} result
 * @param {number} pages That the source has.
 * @returns {Promise<number[]>}
 */
export async function scorePages(source, result, pages) {
  const step = Math.max(1, pages / MOST_PAGES)
  const scores = []
  for (let page = 1; page <= pages; page += step) {
    const [a, b] = await Promise.all([source, result].map((pdf) => renderPage(pdf, Math.floor(page))))
    if (a) scores.push(closeness(a, b))
  }
  return scores
}

/** @param {Page} a @param {Page | undefined} b */
function closeness(a, b) {
  if (b === undefined || a.width !== b.width || a.height !== b.height) return Number.NEGATIVE_INFINITY
  return Buffer.compare(a.data, b.data) === 0 ? 100 : score(prepareReference(a, 'full'), b)
}

/** @param {string} pdf @param {number} page @returns {Promise<Page | undefined>} */
async function renderPage(pdf, page) {
  const args = ['-r', String(DENSITY), '-f', String(page), '-l', String(page), pdf]
  const options = { encoding: /** @type {const} */ ('buffer'), maxBuffer: 2 ** 28 }
  const { stdout } = await execute('pdftoppm', args, options).catch(() => ({ stdout: Buffer.alloc(0) }))
  const [head, width, height] = /^P6\n(\d+) (\d+)\n255\n/.exec(stdout.toString('latin1', 0, 64)) ?? []
  if (head === undefined) return undefined
  const data = new Uint8Array(stdout.subarray(head.length))
  return { data, width: Number(width), height: Number(height), channels: 3 }
}

/**
 * An Office file as LibreOffice prints it.
 * @param {string} file
 * @param {string} folder Where the PDF goes.
 * @returns {Promise<string | undefined>} The PDF; nothing when LibreOffice cannot open the file.
 */
export async function printOffice(file, folder) {
  const profile = await mkdtemp(join(tmpdir(), 'compress-fast-office-'))
  // Links to files beside a document are told from where it lies.
  const copy = join(folder, basename(file))
  await copyFile(file, copy)
  try {
    const where = `-env:UserInstallation=${pathToFileURL(profile)}`
    await said('soffice', [where, '--headless', '--norestore', '--convert-to', 'pdf', '--outdir', folder, copy])
  } finally {
    await rm(profile, { recursive: true, force: true })
  }
  const pdf = `${basename(file, extname(file))}.pdf`
  return (await readdir(folder)).includes(pdf) ? join(folder, pdf) : undefined
}
