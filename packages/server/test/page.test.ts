import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openTab } from '../../../test/browser.js'
import { faintTexts, sidewaysScroll } from '../../../test/report/in-page.mjs'
import { call } from './client.js'
import { fixture, newFolder, newKey, removeFolder, type ServerProcess, startWorker } from './harness.js'
import { noteStates, transferOf } from './in-page.mjs'
import { missing } from './shell.js'

const fixtures = resolve(import.meta.dirname, '../../../test/fixtures')

let folder: string
let server: ServerProcess
let key: string
/** The page, as the browser writes it. */
let address: string

beforeAll(async () => {
  folder = await newFolder()
  key = (await newKey(folder)).key
  // One at a time, so that a second file has to wait in line, and a third outside.
  const limits = { runningPerAccount: 1, outstanding: 2 }
  server = await startWorker({ data: folder, limits, delay: { least: 300, most: 300 } })
  address = `${server.url}/`
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
  await removeFolder(folder)
})

describe.skipIf(chromiumPath === undefined)('the page, in a browser (CHROMIUM_PATH names one)', () => {
  test('two dropped files wait in line, shrink, and are compared and saved', async () => {
    await using opened = await openTab(address, { viewport: { width: 1280, height: 900 } })
    const { page, requests, failures } = opened
    const submitted: string[] = []
    page.on('response', async (response) => {
      if (response.request().method() === 'POST') submitted.push((await response.json()).id)
    })
    await typeKey(page, key)
    await soon(() => page.locator('#key-note').textContent()).toMatch(/^\d+ credits left\./)
    await drop(page, ['screenshot.png', 'letter.docx'])
    await soon(() => states(page)).toEqual(['Done', 'Done'])
    expect(await said(page)).toEqual(expect.arrayContaining(['Queued, place 1 of 1', 'Compressing']))
    expect(await page.locator('#counts').textContent()).toBe('2 of 2 files done')

    // Each file has what the API gives.
    const given = await Promise.all(submitted.map((id) => call(server.url, key, `/compress/job/${id}/download`)))
    // Answers to submits may come in any order.
    const outputs = given.map(({ bytes }) => bytes)
    const screenshot = outputs.find((bytes) => bytes.subarray(1, 4).equals(Buffer.from('PNG')))
    const letter = outputs.find((bytes) => bytes.subarray(0, 2).equals(Buffer.from('PK')))
    if (!screenshot || !letter || submitted.length !== 2) throw new Error(`Submitted: ${submitted}`)
    const saved = await download(page, page.getByRole('button', { name: 'Download screenshot.png' }))
    expect([saved.name, saved.bytes.equals(screenshot)]).toEqual(['screenshot-compressed.png', true])
    const archive = await download(page, page.getByRole('button', { name: 'Download all' }))
    expect(archive.name).toBe('compressed.zip')
    await expectArchive(archive.bytes, { 'screenshot-compressed.png': screenshot, 'letter-compressed.docx': letter })

    // Opened and moved by the keyboard alone.
    await page.getByRole('button', { name: 'Compare screenshot.png' }).last().press('Enter')
    const slider = page.getByRole('dialog', { name: 'screenshot.png' }).getByRole('slider', { name: 'Divider' })
    const [before, after] = [await pixelsOf(await fixture('screenshot.png')), await pixelsOf(screenshot)]
    expect(before.equals(after)).toBe(false)
    const shown = () => stagePixels(page)
    await soon(async () => sides(await shown(), before, after)).toEqual(['before', 'after'])
    await slider.press('End')
    expect(sides(await shown(), before, after)).toEqual(['before', 'before'])
    await slider.press('Home')
    expect(sides(await shown(), before, after)).toEqual(['after', 'after'])
    const stage = await page.locator('.stage').boundingBox()
    await page.mouse.click((stage?.x ?? 0) + 384, (stage?.y ?? 0) + 100)
    expect(sides(await shown(), before, after)).toEqual(['before', 'after'])
    await page.keyboard.press('Escape')

    expect([...failures]).toEqual([])
    const foreign = [...requests].filter((url) => !url.startsWith(address))
    expect([foreign, [...requests, page.url()].filter((url) => url.includes(key))]).toEqual([[], []])
    const kept = await page.evaluate('[Object.values(sessionStorage), Object.keys(localStorage), document.cookie]')
    expect(kept).toEqual([[key], [], ''])
  })

  test('a wrong key is told, files wait for a right one, and one file too many waits for its place', async () => {
    await using opened = await openTab(address)
    const { page, failures } = opened
    await drop(page, ['icon.png', 'photo.jpg', 'icon.svg', 'broken.png', 'README.md'])
    expect(new Set(await states(page))).toEqual(new Set(['Waiting for a key']))
    expect(await page.locator(':focus').getAttribute('id')).toBe('key')
    await page.keyboard.type(`fast_prod_${'A'.repeat(43)}`)
    await page.keyboard.press('Enter')
    await soon(() => page.locator('#key-note').textContent()).toMatch(/^This key is not valid here/)
    expect(await page.getByLabel('Key').getAttribute('aria-invalid')).toBe('true')
    await soon(async () => new Set(await states(page))).toEqual(new Set(['Waiting for a key']))
    await typeKey(page, key)
    const damaged = /^The file is damaged: .+[^.]\. It cost nothing\.$/
    const unknown = /^Files of this kind are not compressed here\. These are: jpg, .*xlsx/
    const ends = ['Done', 'Done', 'Done', expect.stringMatching(damaged), expect.stringMatching(unknown)]
    await soon(() => states(page)).toEqual(ends)
    expect(await said(page)).toContain('Waiting: the server is busy')
    expect(await page.getByLabel('Key').getAttribute('aria-invalid')).toBe('false')
    const statuses = new Set([...failures].map((failure) => / 4\d\d/.exec(failure)?.[0] ?? failure))
    expect(statuses).toEqual(new Set([' 401', ' 429']))
  })

  test('a running job is canceled where it runs; without credits and server, people are told why', async () => {
    const own = await newFolder()
    const poor = await newKey(own, '--credits', '1')
    const slow = await startWorker({ data: own, delay: { least: 60_000, most: 60_000 } })
    await using opened = await openTab(`${slow.url}/`)
    const { page } = opened
    await typeKey(page, poor.key)
    await drop(page, ['photo.jpg'])
    await soon(() => states(page)).toEqual(['Compressing'])
    await drop(page, ['icon.png'])
    const words = 'Not enough credits: the file needs 1, and the account has 0. Ask whoever runs the server for more.'
    await soon(() => states(page)).toEqual(['Compressing', words])
    await page.getByRole('button', { name: 'Cancel photo.jpg' }).click()
    await soon(() => states(page)).toEqual(['Canceled', words])
    await soon(async () => (await call(slow.url, poor.key, '/compress/entitlements/me')).json.totalCredits).toBe(1)
    await page.context().setOffline(true)
    await page.getByRole('button', { name: 'Try again icon.png' }).click()
    await soon(() => states(page)).toEqual(['Canceled', 'Waiting for the server to answer'])
    await page.context().setOffline(false)
    await soon(() => states(page)).toEqual(['Canceled', 'Compressing'])
    expect(await slow.stop()).toBe(0)
    await removeFolder(own)
  })

  test('every choice is one that the API takes', async () => {
    await using opened = await openTab(address)
    const { page } = opened
    const values = (id: string) => page.locator(`#${id} option`).evaluateAll((all) => all.map((one) => one.value))
    const { properties } = (await call(server.url, key, '/compress/schema/png')).json
    expect(await values('size')).toEqual(
      properties.resize.properties.preset.enum.filter((name: string) => name !== 'custom'),
    )
    expect(await values('png')).toEqual(properties.smartCompression.properties.mode.enum)
    await typeKey(page, key)
    await page.getByLabel('Picture size').selectOption('720p')
    await page.getByLabel('PNG', { exact: true }).selectOption('lossless')
    const wide = join(folder, 'wide.png')
    await writeFile(wide, await sharp(join(fixtures, 'icon.png')).resize(1400, 700).png().toBuffer())
    await page.locator('#choose').setInputFiles([wide, join(fixtures, 'letter.docx')])
    await soon(() => states(page)).toEqual(['Done', 'Done'])
    const { bytes } = await download(page, page.getByRole('button', { name: 'Download wide.png' }))
    expect((await sharp(bytes).metadata()).width).toBe(1280)
  })

  const views = [
    ['wide and light', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' }],
    ['narrow and dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
  ] as const
  test.each(views)('can be read: %s', async (_, view) => {
    await using opened = await openTab(address, view)
    const { page, failures } = opened
    expect(await page.evaluate(faintTexts)).toEqual([])
    await typeKey(page, key)
    await drop(page, ['icon.svg', 'signed.pdf', 'broken.png'])
    await soon(() => page.locator('[data-stage=done], [data-stage=failed]').count()).toBe(3)
    expect(await page.evaluate(faintTexts)).toEqual([])
    expect(await page.evaluate(sidewaysScroll)).toBe(0)
    expect([...failures].filter((failure) => !failure.includes('429'))).toEqual([])
  })
})

/** What is true before long. */
function soon<T>(look: () => Promise<T>) {
  return expect.poll(look, { timeout: 30_000 })
}

async function typeKey(page: Page, text: string): Promise<void> {
  await page.getByLabel('Key').fill(text)
  await page.getByLabel('Key').press('Enter')
}

/** Drops files, as a hand does: none of them has been chosen before. */
async function drop(page: Page, names: readonly string[]): Promise<void> {
  const files = await Promise.all(
    names.map(async (name) => ({ name, text: (await readFile(join(fixtures, name))).toString('base64') })),
  )
  const transfer = await page.evaluateHandle(transferOf, files)
  await page.evaluate(noteStates)
  for (const type of ['dragenter', 'dragover', 'drop']) {
    await page.locator('#drop').dispatchEvent(type, { dataTransfer: transfer })
  }
}

/** What is said of each file. */
function states(page: Page): Promise<string[]> {
  return page.locator('.state').allTextContents()
}

/** All that was said of files since they were dropped. */
function said(page: Page): Promise<string[]> {
  return page.evaluate('[...new Set(said)]')
}

async function download(page: Page, button: Locator): Promise<{ name: string; bytes: Buffer }> {
  const [saved] = await Promise.all([page.waitForEvent('download'), button.click()])
  return { name: saved.suggestedFilename(), bytes: await readFile(await saved.path()) }
}

/** Unpacked by a program of other people's, where there is one. */
async function expectArchive(bytes: Buffer, files: Readonly<Record<string, Buffer>>): Promise<void> {
  for (const file of Object.values(files)) expect(bytes.includes(file)).toBe(true)
  if (await missing('unzip')) return
  const path = join(folder, 'saved.zip')
  await writeFile(path, bytes)
  const unzip = async (...args: string[]) =>
    (await promisify(execFile)('unzip', args, { encoding: 'buffer', maxBuffer: 2 ** 24 })).stdout
  expect((await unzip('-Z1', path)).toString().trim().split('\n')).toEqual(Object.keys(files))
  expect((await unzip('-tq', path)).toString()).toMatch(/^No errors detected/)
  for (const [name, file] of Object.entries(files)) expect((await unzip('-p', path, name)).equals(file)).toBe(true)
}

function pixelsOf(image: Buffer): Promise<Buffer> {
  return sharp(image).removeAlpha().toColourspace('srgb').raw().toBuffer()
}

/** The picture as the screen shows it, which is as large as it is. */
async function stagePixels(page: Page): Promise<Buffer> {
  const box = await page.locator('.stage').boundingBox()
  if (box?.width !== 768 || box.height !== 480) throw new Error(`The picture is ${box?.width} × ${box?.height}.`)
  return pixelsOf(await page.screenshot({ clip: box }))
}

/** Which picture is shown to the left and to the right of where the divider begins, leaving out its knob. */
function sides(shown: Buffer, before: Buffer, after: Buffer): string[] {
  const columns = (pixels: Buffer, from: number, to: number) =>
    Buffer.concat(Array.from({ length: 480 }, (_, y) => pixels.subarray((y * 768 + from) * 3, (y * 768 + to) * 3)))
  const ranges = [
    [20, 360],
    [408, 748],
  ] as const
  return ranges.map(([from, to]) => {
    const seen = columns(shown, from, to)
    if (seen.equals(columns(before, from, to))) return 'before'
    return seen.equals(columns(after, from, to)) ? 'after' : 'neither'
  })
}
