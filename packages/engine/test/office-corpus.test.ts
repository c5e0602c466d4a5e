import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resolveSettings, type SettingsInput } from '../src/codecs/settings.js'
import { compareOffice, compressOffice, inspectOffice } from '../src/office/index.js'
import { checkForeign } from '../src/worker/check.js'
import { image, photo } from './images.js'
import { compressImage } from './office-encoder.js'
import { docx, xlsx, zip } from './office-parts.js'

const corpus = fileURLToPath(new URL('../../../../shared/corpus', import.meta.url))
const whole = process.env['COMPRESS_FAST_CORPUS'] === '1'
/** Without the switch: small files only. */
const SAMPLE_BYTES = 450_000

function listFiles(): string[] {
  if (!existsSync(corpus)) return []
  const all = ['office', 'office-edge'].flatMap((kind) =>
    readdirSync(`${corpus}/${kind}`).map((name) => `${kind}/${name}`),
  )
  return whole ? all : all.filter((name) => readFileSync(`${corpus}/${name}`).length < SAMPLE_BYTES)
}

const files = listFiles()
if (files.length === 0) console.warn('skipped: there is no corpus beside this repository')

const present = (command: string, option: string) => spawnSync(command, [option]).status === 0
const converts = present('soffice', '--version') && present('pdfinfo', '-v') && present('pdftotext', '-v')
if (!converts) console.warn('skipped: soffice and poppler, which open results, are not installed')

const read = (name: string): Uint8Array => readFileSync(`${corpus}/${name}`)
const compress = (bytes: Uint8Array, input: SettingsInput = {}) =>
  compressOffice(bytes, resolveSettings(input), compressImage)

/** Compressed once per setting; several tests look at it. */
const results = new Map<string, ReturnType<typeof compress>>()
function resultOf(name: string, input: SettingsInput = {}): ReturnType<typeof compress> {
  const key = JSON.stringify([name, input])
  const known = results.get(key) ?? compress(read(name), input)
  results.set(key, known)
  return known
}

const left: Readonly<Record<string, string>> = { 'office-edge/hello-world-signed.docx': 'signed' }

describe.skipIf(files.length === 0)('real files', () => {
  test.each(files)('%s', { timeout: 300_000 }, async (name) => {
    const source = read(name)
    const answer = await resultOf(name)
    const reason = left[name]
    if (reason !== undefined) return expect(answer).toEqual({ kind: 'kept', reason })
    if (answer.kind !== 'gain') throw new Error(JSON.stringify(answer))
    expect(answer.bytes.length).toBeLessThan(source.length)
    expect(await compareOffice(source, answer.bytes, (one, other) => checkForeign(one, other))).toBeNull()
    expect(answer.quality ?? 0).toBeGreaterThanOrEqual(80)
    expect(await compress(answer.bytes)).toEqual({ kind: 'kept', reason: 'no-gain' })
  })

  test.each<[SettingsInput, number]>([
    [{}, 0.6],
    [{ quality: 'lossless' }, 0.85],
  ])('those with pictures at %j leave at most this share: %d', { timeout: 300_000 }, async (input, share) => {
    let [before, after] = [0, 0]
    for (const name of files.filter(hasPictures)) {
      const answer = await resultOf(name, input)
      before += read(name).length
      after += answer.kind === 'gain' ? answer.bytes.length : read(name).length
    }
    expect(before).toBeGreaterThan(0)
    // The sample has none of the files that shrink most without loss.
    expect(after / before).toBeLessThanOrEqual(whole || share < 0.8 ? share : 0.95)
  })
})

function hasPictures(name: string): boolean {
  const facts = inspectOffice(read(name))
  return facts.kind === 'office' && facts.pictures.jpeg + facts.pictures.png + facts.pictures.gif > 0
}

/** All text of all sheets, or of all pages and how many those are, as LibreOffice reads them. */
describe.skipIf(!converts)('LibreOffice reads the same', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'office-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const run = promisify(execFile)

  async function convert(bytes: Uint8Array, extension: string, into: string): Promise<Record<string, string>> {
    const out = join(folder, into)
    mkdirSync(out)
    const file = join(out, `it${extension}`)
    writeFileSync(file, bytes)
    const sheets = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1'
    const target = extension.startsWith('.xls') ? sheets : 'pdf'
    const profile = `-env:UserInstallation=${pathToFileURL(join(folder, 'profile'))}`
    await run('soffice', [profile, '--headless', '--norestore', '--convert-to', target, '--outdir', out, file])
    const made = readdirSync(out).filter((name) => /\.(pdf|csv)$/.test(name))
    const texts = made.sort().map(async (name) => [name, await textOf(join(out, name))] as const)
    return Object.fromEntries(await Promise.all(texts))
  }

  async function textOf(file: string): Promise<string> {
    if (file.endsWith('.csv')) return readFileSync(file, 'utf8')
    const [{ stdout: text }, { stdout: info }] = await Promise.all([
      run('pdftotext', [file, '-']),
      run('pdfinfo', [file]),
    ])
    return `${/Pages:\s*\d+/.exec(info)?.[0]}\n${text}`
  }

  async function expectSame(source: Uint8Array, result: Uint8Array, extension: string): Promise<void> {
    const before = await convert(source, extension, 'before')
    const after = await convert(result, extension, 'after')
    for (const name of ['before', 'after']) rmSync(join(folder, name), { recursive: true })
    expect(Object.values(before).join('')).toMatch(/Pages: +[1-9]|,|\d/)
    expect(after).toEqual(before)
  }

  test.each(files.filter((name) => !(name in left) && !name.includes('bomb')))(
    '%s',
    { timeout: 300_000 },
    async (name) => {
      const answer = await resultOf(name)
      if (answer.kind !== 'gain') throw new Error(JSON.stringify(answer))
      await expectSame(read(name), answer.bytes, extname(name))
    },
  )

  test('made documents', { timeout: 300_000 }, async () => {
    const shown = { 'image1.jpeg': await image(photo(240, 180)).jpeg({ quality: 96 }).toBuffer() }
    const packages = [
      [zip(docx(shown)), '.docx'],
      [zip(xlsx().map((part) => ({ ...part, descriptor: 'signed' as const }))), '.xlsx'],
    ] as const
    for (const [source, extension] of packages) {
      const answer = await compress(source)
      if (answer.kind !== 'gain') throw new Error(JSON.stringify(answer))
      await expectSame(source, answer.bytes, extension)
    }
  })
})
