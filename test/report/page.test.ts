import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { readPage, renderHtml } from 'unplugin-compress-fast/report'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openFile } from '../browser.js'
import { faintTexts, sidewaysScroll } from './in-page.mjs'
import { hostileNames, outcomeOf, reportOf } from './outcomes.js'

const red = { r: 200, g: 0, b: 0 }
const blue = { r: 0, g: 0, b: 200 }
const flat = (background: typeof red) =>
  sharp({ create: { width: 400, height: 200, channels: 3, background } })
    .png()
    .toBuffer()

let folder = ''
let path = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compress-fast-page-'))
  path = join(folder, 'report.html')
  const flag = outcomeOf('img/flag.png', 9000, 1000, { quality: 81.34, importers: ['src/main.js'] })
  const big = outcomeOf('img/big.png', 90_000, 80_000)
  const hostile = hostileNames.map((name, index) => outcomeOf(`x/${name}`, 3000 + index, 2000 + index))
  const kept = outcomeOf('logo.gif', 500, 500, { format: 'gif', reason: 'too-small' })
  const torn = outcomeOf('torn.png', 700, 700, { outcome: 'failed', reason: 'broken-asset' })
  const warnings = [{ code: 'A', message: 'torn.png: the file is empty.', hint: 'Replace it.' }]
  const report = reportOf([flag, big, kept, torn, ...hostile], { warnings })
  const picture = { format: 'png', before: await flat(red), after: await flat(blue) } as const
  const pictures = new Map([flag, ...hostile].map(({ digest }) => [digest, picture]))
  await writeFile(path, renderHtml(report, pictures, await readPage()))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const views = [
  ['wide and light', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' }],
  ['narrow and dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
] as const

describe.skipIf(chromiumPath === undefined)('the page, in a browser (CHROMIUM_PATH names one)', () => {
  test.each(views)('asks for nothing, runs nothing of others, and can be read: %s', async (_, view) => {
    await using opened = await openFile(path, view)
    const { page, requests, failures } = opened
    await expect.poll(() => page.locator('.look:enabled').count()).toBe(1 + hostileNames.length)
    expect(await page.evaluate(faintTexts)).toEqual([])
    expect(await page.evaluate(sidewaysScroll)).toBe(0)
    await page.getByRole('button', { name: 'img/flag.png' }).click()
    expect(await page.evaluate(faintTexts)).toEqual([])
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
    expect([...requests, ...failures]).toEqual([])
  })

  test('the table sorts and filters, and says so', async () => {
    await using opened = await openFile(path)
    const { page } = opened
    const names = () => page.getByRole('rowheader').locator('.path').allTextContents()
    const all = 4 + hostileNames.length
    expect(await page.getByRole('table', { name: 'Files' }).getByRole('row').count()).toBe(1 + all)
    expect((await names()).slice(0, 2)).toEqual(['img/big.png', 'img/flag.png'])
    expect(await columnOrder(page, 'Saved')).toBe('descending')
    await page.getByRole('button', { name: 'After' }).click()
    expect((await names()).slice(0, 1)).toEqual(['img/big.png'])
    await page.getByRole('button', { name: 'After' }).click()
    expect((await names()).slice(0, 2)).toEqual(['logo.gif', 'torn.png'])
    expect([await columnOrder(page, 'After'), await columnOrder(page, 'Saved')]).toEqual(['ascending', 'none'])

    const shown = () => page.getByRole('rowheader').count()
    await page.getByLabel('Find').fill('IMG/')
    expect(await shown()).toBe(2)
    expect(await page.getByRole('status').textContent()).toBe(`2 of ${all} files`)
    await page.getByLabel('Find').fill('')
    await page.getByLabel('Outcome').selectOption('failed')
    expect(await shown()).toBe(1)
    await page.getByLabel('Outcome').selectOption('')
    await page.getByLabel('Format').selectOption('GIF')
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader') })
    expect(await row.textContent()).toContain('Smaller than minSize.')
  })

  test('a picture opens by the keyboard, and its divider moves', async () => {
    await using opened = await openFile(path, { viewport: { width: 1280, height: 900 } })
    const { page } = opened
    const button = page.getByRole('button', { name: 'img/flag.png' })
    await expect.poll(() => button.isEnabled()).toBe(true)
    await button.focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'img/flag.png' })
    await expect.poll(() => dialog.textContent()).toContain('400 × 200, 9.0 kB → 1.0 kB, −89 %')
    const slider = dialog.getByRole('slider', { name: 'Divider' })
    const { left, right } = await pictureEdges(page)

    expect(await colours(page, left, right)).toEqual(['red', 'blue'])
    // It has the focus from the start.
    await page.keyboard.press('End')
    expect(await slider.getAttribute('aria-valuetext')).toBe('100 % before, 0 % after')
    expect(await colours(page, left, right)).toEqual(['red', 'red'])
    await page.mouse.click(left.x - 5, left.y)
    expect(await colours(page, left, right)).toEqual(['blue', 'blue'])

    await dialog.getByRole('button', { name: '400 %' }).click()
    const zoomed = await pictureEdges(page)
    expect(Math.round(zoomed.width)).toBe(1600)
    await page.keyboard.press('Escape')
    expect(await dialog.count()).toBe(0)
    expect(await page.locator(':focus').textContent()).toBe('img/flag.png')
  })

  test('a filter that nothing passes says so, and can be taken back', async () => {
    await using opened = await openFile(path)
    const { page } = opened
    await page.getByLabel('Find').fill('nothing is called this')
    expect(await page.getByRole('rowheader').count()).toBe(0)
    await page.getByRole('button', { name: 'Show all files' }).click()
    await expect.poll(() => page.getByRole('rowheader').count()).toBe(4 + hostileNames.length)
    expect(await page.getByText('No file is like that.').isVisible()).toBe(false)
  })

  test('a finger moves the divider, or the picture where it is larger than its view', async () => {
    await using opened = await openFile(path, { viewport: { width: 390, height: 844 }, hasTouch: true })
    const { page } = opened
    await page.getByRole('button', { name: 'img/flag.png' }).tap()
    const slider = page.getByRole('slider', { name: 'Divider' })
    await expect.poll(() => page.locator('#compare-facts').textContent()).toContain('400 × 200')
    const { left } = await pictureEdges(page)
    await drag(page, { x: 60, y: left.y }, 240)
    expect(Number(await slider.inputValue())).toBeGreaterThan(70)
    await page.getByRole('button', { name: '400 %' }).click()
    const scrolled = () => page.locator('.scroller').evaluate((scroller) => scroller.scrollLeft)
    const from = await scrolled()
    expect(from).toBeGreaterThan(0)
    await drag(page, { x: 300, y: left.y }, -240)
    await expect.poll(scrolled).toBeGreaterThan(from)
  })

  test('the next picture is the next of those that are shown', async () => {
    await using opened = await openFile(path)
    const { page } = opened
    await page.getByLabel('Find').fill('.png')
    await page.getByRole('button', { name: 'img/flag.png' }).click()
    const title = () => page.locator('#compare-name').textContent()
    expect(await page.getByRole('button', { name: 'Previous' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Next' }).click()
    expect(await title()).toMatch(/^x\//)
    await page.getByRole('button', { name: 'Previous' }).click()
    expect(await title()).toBe('img/flag.png')
  })
})

function columnOrder(page: Page, name: string): Promise<string | null> {
  return page.getByRole('columnheader', { name }).getAttribute('aria-sort')
}

/** One finger, in small steps, as a screen tells of it. */
async function drag(page: Page, { x, y }: { x: number; y: number }, by: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] })
  for (let step = 1; step <= 12; step++) {
    const point = { x: x + (by * step) / 12, y }
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [point] })
  }
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}

/** Points just inside the picture's left and right edges. */
async function pictureEdges(page: Page) {
  const box = await page.locator('img.after').boundingBox()
  if (!box) throw new Error('No picture is shown.')
  const y = box.y + box.height / 4
  return { left: { x: box.x + 20, y }, right: { x: box.x + box.width - 20, y }, width: box.width }
}

/** What the screen shows at points. */
async function colours(page: Page, ...points: readonly { x: number; y: number }[]): Promise<string[]> {
  const shot = sharp(await page.screenshot()).removeAlpha()
  const { data, info } = await shot.raw().toBuffer({ resolveWithObject: true })
  return points.map(({ x, y }) => {
    const [r = 0, , b = 0] = data.subarray((Math.round(y) * info.width + Math.round(x)) * info.channels)
    return r > 150 && b < 50 ? 'red' : b > 150 && r < 50 ? 'blue' : `${r} ${b}`
  })
}
