import { readFile, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Built, fixture, forgetProcess, read } from '../site.js'
import { expectSmallerDocument } from '../vite/documents.js'
import { expectSmaller } from '../vite/images.js'
import type { Driver } from './driver.js'
import { drivers } from './drivers/all.js'
import { createProject, importing, ordinaryFiles } from './project.js'

describe.each(drivers.map((driver) => [driver.name, driver] as const))('%s', (_, driver) => {
  test('an imported image and a CSS background ship smaller, and are referred to by their names', async () => {
    const project = await createProject(await ordinaryFiles())
    const built = await project.build(driver)
    await expectSmaller(built.file(/photo/), await fixture('photo.jpg'))
    await expectSmaller(built.file(/screenshot/), await fixture('screenshot.png'))
    expectReferences(built, /\.js$/, /photo/)
    expectReferences(built, /\.css$/, /screenshot/)
    expect(built.report.totals).toMatchObject({ assets: 2, compressed: 2, failed: 0, from: { engine: 2 } })
    expect(built.report.assets.map((line) => [line.path, line.source, line.origin])).toEqual([
      [built.path(/photo/), 'src/photo.jpg', 'bundle'],
      [built.path(/screenshot/), 'src/screenshot.png', 'bundle'],
    ])
  })

  test('assets of another plugin, late ones and a copied folder ship smaller', async () => {
    const project = await createProject({
      ...(await ordinaryFiles()),
      'extra/emitted.jpg': await fixture('photo-2.jpg'),
      'extra/late.jpg': await fixture('photo-rotated.jpg'),
      'static/copied/logo.png': await fixture('logo-alpha.png'),
    })
    const built = await project.build(driver, { neighbours: ['emits', 'emits-late', 'copies'] })
    await expectSmaller(built.file('emitted.jpg'), await fixture('photo-2.jpg'))
    await expectSmaller(built.file('late.jpg'), await fixture('photo-rotated.jpg'))
    await expectSmaller(built.file('copied/logo.png'), await fixture('logo-alpha.png'))
    expect(built.report.totals).toMatchObject({ assets: 5, compressed: 5 })
  })

  test('the same image twice is compressed once', async () => {
    const files = await ordinaryFiles()
    const project = await createProject({
      ...files,
      'src/main.js': importing('./photo.jpg', './same/photo.jpg'),
      'src/same/photo.jpg': await fixture('photo.jpg'),
    })
    const built = await project.build(driver)
    expect(built.report.totals.from.engine).toBe(2)
    for (const path of built.files.filter((file) => /photo/.test(file))) {
      await expectSmaller(built.file(path), await fixture('photo.jpg'))
    }
  })

  test('two outputs have the same bytes, compressed once', async () => {
    const project = await createProject(await ordinaryFiles())
    const { outputs, report } = await project.build(driver, { outDirs: ['dist/one', 'dist/two'] })
    const [one, two] = outputs as [Built, Built]
    await expectSmaller(one.file(/photo/), await fixture('photo.jpg'))
    expect(two.file(/photo/)).toEqual(one.file(/photo/))
    expect(two.file(/screenshot/)).toEqual(one.file(/screenshot/))
    expect(report.totals.from.engine + report.totals.from.disk + report.totals.from.memory).toBe(report.totals.assets)
    expect(report.totals.from.engine).toBeLessThanOrEqual(2)
  })

  test('another quality gives another name', async () => {
    const project = await createProject(await ordinaryFiles())
    const options = { effort: 'balanced' as const }
    const balanced = await project.build(driver, { options })
    const lossless = await project.build(driver, { options: { ...options, quality: 'lossless' }, outDirs: ['again'] })
    expect(lossless.file(/photo/).byteLength).toBeGreaterThan(balanced.file(/photo/).byteLength)
    expect(basename(lossless.path(/photo/))).not.toBe(basename(balanced.path(/photo/)))
    expectReferences(lossless, /\.js$/, /photo/)
  })

  test('a second build takes everything from the cache, to the same bytes', async () => {
    const project = await createProject(await ordinaryFiles())
    const first = await project.build(driver)
    const second = await project.build(driver, { outDirs: ['again'] })
    expect(second.report.totals.from).toMatchObject({ engine: 0, disk: 2 })
    expect(second.files).toEqual(first.files)
    expect(second.files.map((path) => second.file(path))).toEqual(first.files.map((path) => first.file(path)))
  })

  test('a broken image ships as it is, with one warning', async () => {
    const project = await createProject({
      ...(await ordinaryFiles()),
      'src/main.js': importing('./photo.jpg', './broken.jpg'),
      'src/broken.jpg': await fixture('broken.jpg'),
    })
    for (const outDir of ['dist', 'again']) {
      const built = await project.build(driver, { outDirs: [outDir], expectWarnings: ['broken'] })
      expect(built.warnings).toHaveLength(1)
      expect(built.file(/broken/)).toEqual(await fixture('broken.jpg'))
      expect(built.report.totals).toMatchObject({ compressed: 2, failed: 1 })
    }
  })

  test("onError: 'fail' fails the build and names the file", async () => {
    const project = await createProject({
      ...(await ordinaryFiles()),
      'src/main.js': importing('./photo.jpg', './broken.jpg'),
      'src/broken.jpg': await fixture('broken.jpg'),
    })
    await expect(project.build(driver, { options: { onError: 'fail' } })).rejects.toThrow(/broken/)
    const healed = await project.build(driver, { options: { onError: 'keep' } })
    expect(healed.report.totals).toMatchObject({ compressed: 2, failed: 1 })
  })

  test('a build over budget by one byte fails and says by how much; one that takes all of it passes', async () => {
    const project = await createProject(await ordinaryFiles())
    const total = (await fixture('photo.jpg')).byteLength + (await fixture('screenshot.png')).byteLength
    // Nothing is large enough to be compressed, so that what ships is known.
    const options = { minSize: 10_000_000 }
    const exact = await project.build(driver, { options: { ...options, budgets: { total, '*.jpg': '22 kB' } } })
    expect(exact.report.totals).toMatchObject({ kept: 2, after: total })
    expect(exact.report.warnings).toEqual([])
    const over = project.build(driver, { options: { ...options, budgets: { total: total - 1, '*.jpg': '22 kB' } } })
    await expect(over).rejects.toThrow(/1 budget is exceeded[\s\S]*total +73,8\d\d B +73,8\d\d B +1 B/)
  })

  test('with a page asked for, the report says which modules pull a file in', async () => {
    const project = await createProject(await ordinaryFiles())
    const report = { json: join(project.root, 'report.json'), html: join(project.root, 'report.html') }
    const built = await project.build(driver, { options: { minSize: 10_000_000, report } })
    const importers = Object.fromEntries(built.report.assets.map((line) => [line.source, line.importers]))
    expect(importers).toEqual({
      'src/photo.jpg': ['src/main.js'],
      'src/screenshot.png': tellsOfStyles(driver) ? ['src/style.css'] : undefined,
    })
    const page = await readFile(report.html, 'utf8')
    for (const { path } of built.report.assets) expect(page).toContain(basename(path))
    expect(page).toContain('pulled in by src/main.js')
  })

  test('?compress= applies to its import, in scripts and style sheets, and nobody else sees it', async () => {
    const project = await createProject({
      ...(await ordinaryFiles()),
      'src/main.js': importing('./photo.jpg?compress=off', './other.jpg?compress=lossless'),
      'src/style.css': 'body { background: url(./screenshot.png?compress=off) }',
      'src/other.jpg': await fixture('photo-2.jpg'),
    })
    const options = { effort: 'balanced' as const }
    const built = await project.build(driver, { options })
    expect(built.file(/photo/)).toEqual(await fixture('photo.jpg'))
    expect(built.file(/screenshot/)).toEqual(await fixture('screenshot.png'))
    const plain = await project.build(driver, { options: { quality: 'lossless', ...options }, outDirs: ['again'] })
    expect(built.file(/other/)).toEqual(plain.file(/other/))
    for (const path of built.files) {
      expect(path).not.toContain('compress')
      if (/\.(js|css|html)$/.test(path)) expect(built.text(path)).not.toContain('compress=')
    }
    expect(built.report.assets.map((line) => [line.source, line.outcome, line.reason])).toEqual(
      expect.arrayContaining([
        ['src/photo.jpg', 'kept', 'excluded'],
        ['src/screenshot.png', 'kept', 'excluded'],
        ['src/other.jpg', 'compressed', null],
      ]),
    )
  })

  test('globs choose by source path and by output path', async () => {
    const project = await createProject({
      ...(await ordinaryFiles()),
      'src/main.js': importing('./photo.jpg', './other.jpg', './drawing.svg'),
      'src/other.jpg': await fixture('photo-2.jpg'),
      'src/drawing.svg': await fixture('drawing.svg'),
    })
    const built = await project.build(driver, {
      options: {
        include: ['src/*.jpg', 'assets/*.svg', '*.png'],
        exclude: ['src/other.jpg', 'assets/screenshot*'],
        overrides: [{ files: 'src/photo.jpg', quality: 'lossless', effort: 'balanced' }],
      },
    })
    expect(Object.fromEntries(built.report.assets.map((line) => [line.source, line.reason]))).toEqual({
      'src/photo.jpg': null,
      'src/other.jpg': 'excluded',
      'src/drawing.svg': null,
      'src/screenshot.png': 'excluded',
    })
    expect(built.file(/other/)).toEqual(await fixture('photo-2.jpg'))
    expect(built.file(/screenshot/)).toEqual(await fixture('screenshot.png'))
  })

  test('an imported PDF and a copied Word file ship smaller, a signed PDF as it is', async () => {
    const leaflet = await fixture('leaflet.pdf')
    const signed = await fixture('signed.pdf')
    const letter = await fixture('letter.docx')
    const project = await createProject({
      ...(await ordinaryFiles()),
      'src/main.js': importing('./leaflet.pdf', './signed.pdf'),
      'src/leaflet.pdf': leaflet,
      'src/signed.pdf': signed,
      'static/letter.docx': letter,
    })
    const neighbours = ['copies'] as const
    const built = await project.build(driver, { neighbours })
    await expectSmallerDocument(built.file(/leaflet/), leaflet)
    await expectSmallerDocument(built.file('letter.docx'), letter)
    expect(built.file(/signed/)).toEqual(signed)
    expectReferences(built, /\.js$/, /leaflet/)
    expect(built.report.assets.map((line) => [line.path, line.format, line.outcome, line.reason])).toEqual(
      expect.arrayContaining([
        [built.path(/leaflet/), 'pdf', 'compressed', null],
        [built.path(/signed/), 'pdf', 'kept', 'signed'],
        ['letter.docx', 'docx', 'compressed', null],
      ]),
    )
    const again = await project.build(driver, { neighbours, outDirs: ['again'] })
    expect(again.report.totals.from).toMatchObject({ engine: 0, disk: 4 })
    expect(again.file(/leaflet/)).toEqual(built.file(/leaflet/))
    const lossless = await project.build(driver, {
      neighbours,
      outDirs: ['lossless'],
      options: { quality: 'lossless' },
    })
    expect(lossless.file(/leaflet/).byteLength).toBeGreaterThan(built.file(/leaflet/).byteLength)
    expect(basename(lossless.path(/leaflet/))).not.toBe(basename(built.path(/leaflet/)))
  })

  test('rebuilds in watch mode take everything from memory', async () => {
    const project = await createProject(await ordinaryFiles())
    forgetProcess()
    const watching = await driver.watch(project.root, project.options())
    try {
      await builtWith(project.root, 'globalThis.images')
      for (let rebuild = 1; rebuild <= 3; rebuild++) {
        const code = `${importing('./photo.jpg')}globalThis.rebuild = 'number ${rebuild}'\n`
        const built = await builtWith(project.root, `number ${rebuild}`, code)
        await expectSmaller(built.file(/photo/), await fixture('photo.jpg'))
        await expectSmaller(built.file(/screenshot/), await fixture('screenshot.png'))
        expect(built.report.totals).toMatchObject({ compressed: 2, from: { engine: 0, disk: 0, memory: 2 } })
      }
    } finally {
      await watching.close()
    }
  })
})

/** The others make no modules of what style sheets refer to, or execute them apart as Rsbuild does. */
function tellsOfStyles({ name }: Driver): boolean {
  return ['webpack', 'Rspack', 'esbuild', 'Farm'].includes(name)
}

/**
 * The output whose script has a text, once that is there.
 * @param code What to change `src/main.js` to. It is written again now and then, as watchers miss what comes just after
 * a build.
 */
async function builtWith(root: string, text: string, code?: string): Promise<Built> {
  for (let polls = 0; ; polls++) {
    if (code !== undefined && polls % 30 === 0) await replace(join(root, 'src/main.js'), code)
    await pause(100)
    const built = await read(join(root, 'dist'), join(root, 'report.json')).catch(() => undefined)
    const scripts = built?.files.filter((path) => path.endsWith('.js')) ?? []
    if (!scripts.some((path) => built?.text(path).includes(text))) continue
    // Time for the build to come to its end, and for watchers to be ready for the next change.
    await pause(700)
    return read(join(root, 'dist'), join(root, 'report.json'))
  }
}

/** In one step, as some watchers build half a file where they find one. */
async function replace(path: string, text: string): Promise<void> {
  const beside = join(dirname(path), '..', `next-${basename(path)}`)
  await writeFile(beside, text)
  await rename(beside, path)
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

function expectReferences(built: Built, code: RegExp, file: RegExp): void {
  const text = built.files.filter((path) => code.test(path)).map((path) => built.text(path))
  expect(text.join('\n')).toContain(basename(built.path(file)))
}
