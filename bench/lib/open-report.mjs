import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

/**
 * @typedef {object} Opening Milliseconds.
 * @property {number} firstPaint From the start of navigation until something is seen.
 * @property {number} contentLoaded Until the whole page is parsed.
 * @property {number} load Until all of it is there.
 * @property {number} firstKey From a key in the field "Find", pressed as soon as the field is there, to what it shows.
 * @property {number} nextKey The same of a key pressed when all of the page is there.
 * @property {number} mainThread CPU time of the page's main thread until then, keys included.
 * @property {number} cpu User and system time of all the browser's processes meanwhile.
 */

/**
 * Opens a report in a browser of its own, and types.
 * @param {string} path
 * @returns {Promise<Opening>}
 */
export async function openReport(path) {
  const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
  const browser = await chromium.launch({ executablePath, args: ['--disable-gpu', '--disable-background-networking'] })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const metrics = await page.context().newCDPSession(page)
    await metrics.send('Performance.enable', { timeDomain: 'threadTicks' })
    const processes = await browser.newBrowserCDPSession()
    const cpuBefore = await cpuOf(processes)
    const loading = page.goto(pathToFileURL(path).href, { waitUntil: 'load' })
    // By its tag: to look for labels would be more work for the page than all of its own.
    const field = page.locator('input[type=search]')
    await field.waitFor()
    const first = await timeKey(page, field, 'a')
    await loading
    const next = await timeKey(page, field, 'r')
    const { metrics: all } = await metrics.send('Performance.getMetrics')
    const mainThread = 1000 * (all.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN)
    const timing = await page.evaluate(timings)
    return { ...timing, firstKey: first, nextKey: next, mainThread, cpu: (await cpuOf(processes)) - cpuBefore }
  } finally {
    await browser.close()
  }
}

/** Runs in the page. */
function timings() {
  const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'))
  return {
    firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    contentLoaded: navigation.domContentLoadedEventEnd,
    load: navigation.loadEventEnd,
  }
}

/**
 * From outside, as the page may be too busy to see when the key was pressed.
 * @param {import('playwright-core').Page} page
 * @param {import('playwright-core').Locator} field
 * @param {string} key
 */
async function timeKey(page, field, key) {
  await field.focus()
  const started = performance.now()
  await page.keyboard.press(key)
  await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => setTimeout(painted))))
  return performance.now() - started
}

/** @param {import('playwright-core').CDPSession} browser */
async function cpuOf(browser) {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo')
  return 1000 * processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0)
}
