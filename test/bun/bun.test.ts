import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { npm } from '../../scripts/packages/npm.mjs'
import { repository } from '../../scripts/packages/pack.mjs'
import { type Built, type Files, fixture, read } from '../site.js'
import { expectSmaller } from '../vite/images.js'

const run = promisify(execFile)
const photo = await fixture('photo.jpg')
const screenshot = await fixture('screenshot.png')
const broken = await fixture('broken.jpg')

const tools = await mkdtemp(join(tmpdir(), 'compress-fast-bun-'))
afterAll(() => rm(tools, { recursive: true, force: true }))
const bun = await install('1.4.5')

/** The program, from the package that holds nothing else; `undefined` where it cannot be had. */
async function install(version: string): Promise<string | undefined> {
  const isWindows = process.platform === 'win32'
  const system = `${isWindows ? 'windows' : process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`
  const name = `@oven/bun-${system}`
  await writeFile(join(tools, 'package.json'), '{}')
  try {
    await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`], { cwd: tools })
    const program = join(tools, 'node_modules', name, 'bin', isWindows ? 'bun.exe' : 'bun')
    await run(program, ['--version'])
    return program
  } catch (error) {
    process.stderr.write(
      `Bun cannot be had here, and is not tested: ${error instanceof Error ? error.message : error}\n`,
    )
    return undefined
  }
}

interface BunSite {
  readonly root: string
  /** Builds in a process of its own. `config` and `options` are code. */
  build(config: string, options?: string): Promise<Built & { readonly printed: string }>
}

async function createSite(files: Files): Promise<BunSite> {
  const root = await mkdtemp(join(tmpdir(), 'compress-fast-bun-site-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await mkdir(join(root, 'img'))
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'), 'junction')
  for (const [path, content] of Object.entries(files)) await writeFile(join(root, path), content)
  return { root, build }

  async function build(config: string, options = ''): ReturnType<BunSite['build']> {
    const program = `
      import compress from 'unplugin-compress-fast/bun'
      const ours = compress({ effort: 'fast', cache: { dir: '.cache' }, report: { json: 'report.json' }, ${options} })
      await Bun.build({ entrypoints: ['main.js'], outdir: 'dist', plugins: [ours], ${config} })`
    await writeFile(join(root, 'build.mjs'), program)
    const { stdout, stderr } = await run(bun ?? '', ['build.mjs'], { cwd: root })
    return { ...(await read(join(root, 'dist'), join(root, 'report.json'))), printed: stdout + stderr }
  }
}

describe.skipIf(bun === undefined)('Bun', () => {
  test('what is imported, inlined in CSS, used in HTML or put into the output folder ships smaller', async () => {
    const site = await createSite({
      'page.html': '<img src="./img/photo.jpg"><script type="module" src="./main.js"></script>',
      'main.js': `import './style.css'\nimport a from './img/photo.jpg'\nimport text from './img/icon.svg'\nconsole.log(a, text)`,
      'style.css': 'a { background: url(./img/screenshot.png) }',
      'img/photo.jpg': photo,
      'img/screenshot.png': screenshot,
      'img/icon.svg': await fixture('icon.svg'),
      'img/late.jpg': await fixture('photo-2.jpg'),
    })
    const copy = `{ name: 'copy', setup: (build) => build.onStart(async () => { await Bun.write('dist/late.jpg', Bun.file('img/late.jpg')) }) }`
    const config = `entrypoints: ['page.html'], naming: { asset: '[name]-[hash].[ext]' }, loader: { '.svg': 'text' }, plugins: [${copy}, ours]`
    const built = await site.build(config)
    await expectSmaller(built.file(/^photo-.*\.jpg$/), photo)
    await expectSmaller(built.file('late.jpg'), await fixture('photo-2.jpg'))
    const [, inlined = ''] = /data:image\/png;base64,([^"]*)/.exec(built.text(/\.css$/)) ?? []
    await expectSmaller(Buffer.from(inlined, 'base64'), screenshot)
    expect(built.text('page.html')).toContain(built.path(/^photo-/))
    expect(built.report.assets.map(({ path, source, origin }) => [path, source, origin])).toEqual([
      ['img/screenshot.png', 'img/screenshot.png', 'inline'],
      ['late.jpg', null, 'folder'],
      [built.path(/^photo-/), 'img/photo.jpg', 'bundle'],
    ])
    expect(built.report.totals.from.engine).toBe(3)
    expect(built.printed).toContain('3 compressed, 0 kept, 3 from engine')

    const second = await site.build(config)
    expect(second.report.totals.from).toMatchObject({ engine: 0, disk: 3 })
    expect(second.file(/^photo-/)).toEqual(built.file(/^photo-/))
  })

  test('with a page asked for, the report says which modules pull a file in', async () => {
    const site = await createSite({
      'page.html': '<img src="./img/photo-2.jpg"><script type="module" src="./main.js"></script>',
      'main.js': `import './style.css'\nimport a from './img/photo.jpg'\nimport b from './img/palette.png?compress=off'\nimport('./lazy.js')\nconsole.log(a, b)`,
      'lazy.js': `import a from './img/photo.jpg'\nexport default a`,
      'style.css': 'a { background: url(./img/screenshot.png) }',
      'img/photo.jpg': photo,
      'img/photo-2.jpg': await fixture('photo-2.jpg'),
      'img/palette.png': await fixture('palette.png'),
      'img/screenshot.png': screenshot,
    })
    const config = `entrypoints: ['page.html'], splitting: true`
    const report = `report: { json: 'report.json', html: 'report.html' }`
    const importersOf = ({ report: { assets } }: Built) =>
      Object.fromEntries(assets.map(({ source, importers }) => [source, importers]))
    expect(importersOf(await site.build(config, report))).toEqual({
      'img/photo.jpg': ['lazy.js', 'main.js'],
      'img/photo-2.jpg': ['page.html'],
      'img/palette.png': ['main.js'],
      'img/screenshot.png': ['style.css'],
    })
    const quiet = await site.build(config)
    expect(Object.values(importersOf(quiet)).every((importers) => importers === undefined)).toBe(true)
  })

  test('each import gets what it asks for', async () => {
    const site = await createSite({
      'main.js': `import a from './img/photo.jpg'\nimport b from './img/photo.jpg?compress=off'\nconsole.log(a, b)`,
      'img/photo.jpg': photo,
    })
    const built = await site.build('')
    const images = built.files.filter((path) => path.endsWith('.jpg'))
    expect(images.filter((path) => built.file(path).equals(photo))).toHaveLength(1)
    expect(images.filter((path) => built.file(path).byteLength < photo.byteLength)).toHaveLength(1)
    expect(built.report.assets.map((line) => line.path).sort()).toEqual(images)
  })

  test('a broken image ships untouched with one warning, or fails the build when that is wished for', async () => {
    const site = await createSite({
      'main.js': `import a from './img/broken.jpg'\nconsole.log(a)`,
      'img/broken.jpg': broken,
    })
    const built = await site.build('')
    expect(built.file(/\.jpg$/)).toEqual(broken)
    expect(built.printed.match(/compress-fast: img\/broken\.jpg: /g)).toHaveLength(1)
    await expect(site.build('', `onError: 'fail'`)).rejects.toThrow('img/broken.jpg: this jpeg file is damaged')
  })

  test('over budget by one byte, or frozen with something new, a build fails', async () => {
    const site = await createSite({
      'main.js': `import a from './img/photo.jpg'\nconsole.log(a)`,
      'img/photo.jpg': photo,
    })
    await expect(site.build('', 'frozen: true')).rejects.toThrow(/no cache has the result:\s+img\/photo\.jpg/)
    const { totals } = (await site.build('', 'lockFile: true')).report
    const exact = await site.build('', `frozen: true, budgets: { total: ${totals.after} }`)
    expect(exact.report.totals).toMatchObject({ after: totals.after, compressed: 1, from: { engine: 0, disk: 1 } })
    await expect(site.build('', `budgets: { total: ${totals.after - 1} }`)).rejects.toThrow('1 budget is exceeded')
  })
})
