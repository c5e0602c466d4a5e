import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as vite from 'vite'
import { expect, test } from 'vitest'
import { fixture, forgetProcess } from '../site.js'
import { createSite, type Site } from './harness.js'

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

async function createPhotoSite(): Promise<Site> {
  return createSite(vite, {
    'index.html': '<!doctype html><script type="module" src="/main.js"></script>',
    'main.js': "import photo from './photo.jpg'\nglobalThis.photo = photo\n",
    'photo.jpg': await fixture('photo.jpg'),
    'public/sign.png': await fixture('logo-alpha.png'),
    'summary.md': '# Build\n',
  })
}

test('the page holds each image as it was and as it ships, also when all comes from the cache', async () => {
  const site = await createPhotoSite()
  const report = { json: join(site.root, 'report.json'), html: 'out/report.html' }
  for (const from of ['engine', 'disk'] as const) {
    forgetProcess()
    const built = await site.build({ options: { report } })
    expect(built.report.totals.from[from]).toBe(2)
    const page = await readFile(join(site.root, 'out/report.html'), 'utf8')
    for (const [source, shipped] of [
      [await fixture('photo.jpg'), built.file(/photo/)],
      [await fixture('logo-alpha.png'), built.file('sign.png')],
    ] as const) {
      expect(page).toContain(`,${base64(source)}<`)
      expect(page).toContain(`,${base64(shipped)}<`)
    }
  }
})

test('the Markdown of a changed image shows old and new, in its place on the page', async () => {
  const site = await createPhotoSite()
  // The next report takes the place of the one that it is compared with.
  const report = { json: join(site.root, 'report.json'), base: 'report.json', markdown: 'summary.md' }
  const options = { report, budgets: { total: '1 MB' } }
  const first = await site.build({ options })
  const summary = () => readFile(join(site.root, 'summary.md'), 'utf8')
  expect(await summary()).toContain('There is no base report to compare with yet.')
  forgetProcess()
  await site.write({ 'photo.jpg': await fixture('photo-2.jpg') })
  const second = await site.build({ options })
  const sizeOf = ({ report }: typeof first) => {
    const bytes = report.assets.find(({ source }) => source === 'photo.jpg')?.after ?? 0
    return `${bytes.toLocaleString('en')} B`
  }
  const text = await summary()
  expect(text).toContain(`| \`photo.jpg\` | ${sizeOf(first)} | ${sizeOf(second)} |`)
  expect(text).toMatch(/^# Build\n\n<!-- compress-fast -->\n### compress-fast: /)
  expect(text.match(/### compress-fast/g)).toHaveLength(1)
  expect(text).toContain('| `total` | 2 |')
})

test('a base that is no report, and a page that cannot be written, are warnings', async () => {
  const site = await createPhotoSite()
  const report = {
    json: join(site.root, 'report.json'),
    base: 'main.js',
    markdown: 'a.md',
    html: 'main.js/report.html',
  }
  const expectWarnings = ['main.js is no JSON report', 'The report could not be written']
  const built = await site.build({ options: { report, minSize: 10_000_000 }, expectWarnings })
  expect(built.report.totals.kept).toBe(2)
})
