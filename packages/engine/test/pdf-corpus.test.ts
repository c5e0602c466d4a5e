import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { prepareReference, score } from '../src/metric/ssimulacra2.js'
import { compressPdf } from '../src/pdf/index.js'
import { imagesOf, openEngine, settingsFor } from './pdf-engine.js'

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/corpus/pdf')
const tools = ['qpdf', 'pdftoppm', 'pdftotext']
const present = existsSync(folder) && tools.every((tool) => spawnSync(tool, ['--version']).error === undefined)
if (!present) console.warn(`Skipped: needs ${tools.join(', ')} and real files in ${folder}.`)

const whole = process.env['COMPRESS_FAST_CORPUS'] === '1'
/** Without the switch: small files only, as rendering every page of all takes minutes. */
const SAMPLE_BYTES = 160_000

const files = present ? readdirSync(folder).filter(isWanted) : []

function isWanted(file: string): boolean {
  return file.endsWith('.pdf') && (whole || statSync(join(folder, file)).size < SAMPLE_BYTES)
}

const alone = new Map([
  ['160F-2019.pdf', 'signed'],
  ['prefilled_f1040.pdf', 'signed'],
  ['libreoffice-writer-password.pdf', 'encrypted'],
  ['minimal-aes256.pdf', 'encrypted'],
  ['minimal-rc4.pdf', 'encrypted'],
])

const scratch = mkdtempSync(join(tmpdir(), 'pdf-corpus-'))
const engine = openEngine()
afterAll(async () => {
  await engine.close()
  rmSync(scratch, { recursive: true })
})

interface Page {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** How many pages are held at once. */
const BATCH = 20

/** Pages at 96 dpi. */
function render(file: string, first: number): Page[] {
  const range = ['-f', String(first), '-l', String(first + BATCH - 1)]
  let { stdout } = spawnSync('pdftoppm', ['-r', '96', ...range, file], { maxBuffer: 2 ** 29 })
  const pages: Page[] = []
  for (;;) {
    const header = /^P6\n(\d+) (\d+)\n255\n/.exec(stdout.toString('latin1', 0, 64))
    if (header === null) return pages
    const [width, height] = [Number(header[1]), Number(header[2])]
    const end = header[0].length + width * height * 3
    pages.push({ data: new Uint8Array(stdout.subarray(header[0].length, end)), width, height })
    stdout = stdout.subarray(end)
  }
}

function closeness(a: Page, b: Page | undefined): number {
  if (b === undefined || a.width !== b.width || a.height !== b.height) return Number.NEGATIVE_INFINITY
  if (Buffer.compare(a.data, b.data) === 0) return 100
  return score(prepareReference({ ...a, channels: 3 }), { ...b, channels: 3 })
}

function text(file: string): string {
  return execFileSync('pdftotext', [file, '-'], { maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] }).toString()
}

/** Told also of a file that qpdf warns of. */
function pagesOf(file: string): number {
  return Number(spawnSync('qpdf', ['--show-npages', file]).stdout.toString())
}

/** What qpdf makes of a file, or what it is if that is less. */
function byQpdf(file: string, more: readonly string[]): number {
  const out = join(scratch, 'qpdf.pdf')
  spawnSync('qpdf', ['--object-streams=generate', '--recompress-flate', '--compression-level=9', ...more, file, out])
  return Math.min(statSync(out).size, statSync(file).size)
}

describe.skipIf(!present)('real files', () => {
  const totals = { source: 0, lossless: 0, balanced: 0, qpdf: 0, qpdfImages: 0 }

  test.each(files.filter((file) => alone.has(file)))('%s is left alone', async (file) => {
    const source = new Uint8Array(readFileSync(join(folder, file)))
    const answer = await compressPdf(source, settingsFor('balanced'), imagesOf(engine))
    expect(answer).toEqual({ kind: 'kept', reason: alone.get(file) })
  })

  test.each(files.filter((file) => !alone.has(file)))('%s', { timeout: 600_000 }, async (file) => {
    const path = join(folder, file)
    const source = new Uint8Array(readFileSync(path))
    totals.source += source.length
    totals.qpdf += byQpdf(path, [])
    totals.qpdfImages += byQpdf(path, ['--optimize-images'])
    for (const quality of ['lossless', 'balanced'] as const) {
      const answer = await compressPdf(source, settingsFor(quality), imagesOf(engine))
      if (answer.kind !== 'gain') expect(answer).toEqual({ kind: 'kept', reason: 'no-gain' })
      const bytes = answer.kind === 'gain' ? answer.bytes : source
      totals[quality] += bytes.length
      if (answer.kind === 'gain') checkResult(path, bytes, quality === 'lossless' ? 100 : 80)
    }
  })

  test('together', () => {
    console.info(totals)
    expect(totals.lossless).toBeLessThan(totals.qpdf * (whole ? 0.8 : 0.9))
    expect(totals.balanced).toBeLessThan(totals.qpdfImages * (whole ? 0.7 : 0.9))
  })
})

function checkResult(source: string, bytes: Uint8Array, target: number): void {
  const result = join(scratch, 'result.pdf')
  writeFileSync(result, bytes)
  expect(spawnSync('qpdf', ['--check', result]).status).toBe(0)
  expect(text(result)).toBe(text(source))
  const pages = pagesOf(source)
  expect(pagesOf(result)).toBe(pages)
  for (let first = 1; first <= pages; first += BATCH) {
    const shown = render(result, first)
    for (const [i, page] of render(source, first).entries()) {
      expect(closeness(page, shown[i]), `page ${first + i}`).toBeGreaterThanOrEqual(target)
    }
  }
}
