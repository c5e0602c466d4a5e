import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { loadedImages } from './loaded-images.mjs'
import { serveFolder } from './static-server.js'

export interface LoadedImage {
  /** Path on the server, such as `/assets/a.png`, or the whole `data:` address. */
  readonly src: string
  /** In pixels of the file. An image that did not load has 0. */
  readonly width: number
  readonly height: number
}

/** What a browser saw of a page. */
export interface OpenedPage {
  /** One for each `<img>`, those that scripts made included. */
  readonly images: readonly LoadedImage[]
  /** One for each address that styles show: `url()` in backgrounds, borders, list marks and `content`. */
  readonly backgrounds: readonly LoadedImage[]
  /** One sentence for each request, image and script that failed, and each error in the console. */
  readonly failures: readonly string[]
}

/** The installed Chromium: `CHROMIUM_PATH`, or the first found. Tests that need a browser are skipped when there is none. */
export const chromiumPath: string | undefined = process.env['CHROMIUM_PATH'] ?? findChromium()

/** Serves a built site and opens a page of it. With `screenshot`, a PNG of the whole page is written there. */
export async function openPage(
  folder: string,
  { path = '/', screenshot }: { path?: string; screenshot?: string } = {},
): Promise<OpenedPage> {
  await using server = await serveFolder(folder)
  return await openAddress(server.origin + path, screenshot)
}

/** Opens a page that is served already. */
export async function openAddress(address: string, screenshot?: string): Promise<OpenedPage> {
  if (chromiumPath === undefined) throw new Error('There is no Chromium here. Name one in CHROMIUM_PATH.')
  await using browser = await chromium.launch({ executablePath: chromiumPath, args: quietFlags })
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })

  const failures = watchFailures(page)
  await page.goto(address, { waitUntil: 'networkidle' })
  const { images, backgrounds, broken } = await page.evaluate(loadedImages)
  if (screenshot !== undefined) await page.screenshot({ path: screenshot, fullPage: true })
  return { images, backgrounds, failures: [...failures, ...broken] }
}

/** A page in a browser of its own, with a record of all that it asks for and all that goes wrong. */
export interface OpenedTab extends AsyncDisposable {
  readonly page: Page
  /** Addresses other than the page's own, `data:` and `blob:`. */
  readonly requests: ReadonlySet<string>
  readonly failures: ReadonlySet<string>
}

/** Opens a file from disk, as a double click does. */
export function openFile(path: string, options: BrowserContextOptions = {}): Promise<OpenedTab> {
  return openTab(pathToFileURL(path).href, options)
}

export async function openTab(address: string, options: BrowserContextOptions = {}): Promise<OpenedTab> {
  if (chromiumPath === undefined) throw new Error('There is no Chromium here. Name one in CHROMIUM_PATH.')
  const browser = await chromium.launch({ executablePath: chromiumPath, args: quietFlags })
  const page = await browser.newPage(options)
  const failures = watchFailures(page)
  const requests = new Set<string>()
  page.on('request', (request) => {
    if (request.url() !== address && !/^(data|blob):/.test(request.url())) requests.add(request.url())
  })
  await page.goto(address)
  return { page, requests, failures, [Symbol.asyncDispose]: () => browser.close() }
}

/** Runs a function in an empty page, which is given nothing else from anywhere. */
export async function runInBrowser<Given, Found>(run: (given: Given) => Promise<Found>, given: Given): Promise<Found> {
  await using browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: quietFlags })
  const page = await browser.newPage()
  // Some of what browsers can do they do for pages from this machine only, not for blank ones.
  await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
  await page.goto('http://127.0.0.1/')
  return (await page.evaluate(run as never, given as never)) as Found
}

/** What goes wrong in the page from now on, each thing once. */
function watchFailures(page: Page): ReadonlySet<string> {
  const failures = new Set<string>()
  page.on('requestfailed', (request) => failures.add(`${request.url()} failed: ${request.failure()?.errorText}`))
  page.on('response', (response) => {
    if (response.status() >= 400) failures.add(`${response.url()} answered ${response.status()}`)
  })
  page.on('pageerror', (error) => failures.add(`A script failed: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') failures.add(`Console: ${message.text()} (${message.location().url})`)
  })
  return failures
}

/** Nothing but the page may talk to a network, or draw with what only some machines have. */
const quietFlags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome.exe']
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  // The last is where `npx playwright-core install chromium` puts it.
  return ['/usr/bin/chromium', ...onPath, chromium.executablePath()].find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
