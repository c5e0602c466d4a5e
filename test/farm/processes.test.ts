import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Options } from 'unplugin-compress-fast'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Built, type Files, fixture, read } from '../site.js'
import { expectSmaller } from '../vite/images.js'
import { createSite } from './harness.js'

async function smallSite(): Promise<Files> {
  return {
    'index.html': '<!doctype html><script type="module" src="./main.js"></script>',
    'main.js': `import a from './photo.jpg'; document.title = a`,
    'photo.jpg': await fixture('photo.jpg'),
    'public/logo.png': await fixture('logo-alpha.png'),
  }
}

/** A build in a process of its own, and what it has printed so far. */
interface Run {
  readonly child: ChildProcess
  output(): string
}

function run(root: string, options: Options = {}, compilation: object = {}, ...more: 'reader'[]): Run {
  const worker = fileURLToPath(new URL('./workers/build.mjs', import.meta.url))
  const args = [worker, root, JSON.stringify(options), JSON.stringify(compilation), ...more]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: root })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, output: () => output }
}

/** @returns Its exit code. */
async function ended({ child }: Run): Promise<unknown> {
  const [code] = await once(child, 'close')
  return code
}

test('a build ends by itself, with a summary', async () => {
  const { root } = await createSite(await smallSite())
  const build = run(root)
  expect(await ended(build)).toBe(0)
  expect(build.output()).toMatch(/compress-fast {2}2 files/)
  expect(build.output()).toContain('logo.png')
})

test.each(['photo.jpg', 'public/logo.png'])('onError: fail ends the process with 1, over %s', async (path) => {
  const { root } = await createSite({ ...(await smallSite()), [path]: await fixture('broken.jpg') })
  const build = run(root, { onError: 'fail' })
  expect(await ended(build)).toBe(1)
  expect(build.output()).toMatch(path.startsWith('public') ? /logo\.png: / : /photo\.[\w-]+\.jpg: /)
})

test('an option that means nothing ends the process', async () => {
  const { root } = await createSite(await smallSite())
  const build = run(root, { quality: 900 })
  expect(await ended(build)).toBe(1)
  expect(build.output()).toContain('quality')
})

test('over budget a build ends with 1; one that watches warns, and goes on', async () => {
  const { root } = await createSite(await smallSite())
  const build = run(root, { budgets: { total: 1 } })
  expect(await ended(build)).toBe(1)
  expect(build.output()).toContain('1 budget is exceeded')
  const watch = run(root, { budgets: { total: 1 } }, { watch: true })
  await watching(watch)
  expect(watch.output()).toContain('1 budget is exceeded')
  await rebuilt(watch, root, 'main.js', `import a from './photo.jpg'; document.title = a + 'again'`)
  const built = await read(join(root, 'dist'), join(root, 'report.json'))
  expect(built.report.warnings.map(({ code }) => code)).toEqual(['BUDGET_EXCEEDED'])
})

const company: [string, 'reader'[]][] = [
  ['alone', []],
  ['beside a plugin that looks at what ships', ['reader']],
]

test.each(company)(
  'three rebuilds while watching ship the same, from memory, %s',
  async (_, others) => {
    const { root } = await createSite(await smallSite())
    const watch = run(root, {}, { watch: true }, ...others)
    await watching(watch)
    const first = await read(join(root, 'dist'), join(root, 'report.json'))
    expect(first.report.totals).toMatchObject({ assets: 2, compressed: 2, from: { engine: 2 } })
    for (const round of [1, 2, 3]) {
      await rebuilt(watch, root, 'main.js', `import a from './photo.jpg'; document.title = a + ${round}`)
      const built = await read(join(root, 'dist'), join(root, 'report.json'))
      expect(built.file(/photo/)).toEqual(first.file(/photo/))
      expect(built.file('logo.png')).toEqual(first.file('logo.png'))
      expect(built.report.totals).toMatchObject({ assets: 2, compressed: 2, from: { engine: 0, memory: 2 } })
    }
    const photo = await fixture('photo-2.jpg')
    await rebuilt(watch, root, 'photo.jpg', photo)
    const changed = await read(join(root, 'dist'), join(root, 'report.json'))
    await expectSmaller(changed.file(photoIn(changed)), photo)
    expect(changed.report.totals).toMatchObject({ assets: 2, compressed: 2, from: { engine: 1, memory: 1 } })
    // Farm keeps what the file was, which nothing refers to.
    expect(changed.file(first.path(/photo/))).toEqual(first.file(/photo/))
  },
  120_000,
)

test.each(company)(
  'a rebuild that fails over an image writes nothing and ends nothing, %s',
  async (_, others) => {
    const { root } = await createSite(await smallSite())
    const watch = run(root, { onError: 'fail' }, { watch: true }, ...others)
    await watching(watch)
    const first = await read(join(root, 'dist'), join(root, 'report.json'))
    await rebuilt(watch, root, 'photo.jpg', await fixture('broken.jpg'), 'Compiler ')
    expect(watch.output()).toMatch(/Compiler .*photo\.[\w-]+\.jpg: /)
    const failed = await read(join(root, 'dist'), join(root, 'report.json'))
    expect(failed.files).toEqual(first.files)
    const photo = await fixture('photo-2.jpg')
    await rebuilt(watch, root, 'photo.jpg', photo)
    const repaired = await read(join(root, 'dist'), join(root, 'report.json'))
    await expectSmaller(repaired.file(photoIn(repaired)), photo)
  },
  120_000,
)

/** The photo that the page refers to. */
function photoIn(built: Built): string {
  const script = /src=\/?(index_\w+\.\w+\.js)/.exec(built.text('index.html'))?.[1] ?? ''
  return /photo\.[\w-]+\.jpg/.exec(built.text(script))?.[0] ?? ''
}

/** Farm begins to watch once it has built, which is when it copies the public folder. */
async function watching(watch: Run): Promise<void> {
  await vi.waitFor(() => expect(watch.output()).toContain('Public directory resources copied'), { timeout: 30_000 })
}

/**
 * Changes a file until Farm has built and written it, which it says: Farm misses changes that come just after a build. The file changes
 * in one step, as Farm builds half a file where it finds one.
 */
async function rebuilt(
  watch: Run,
  root: string,
  path: string,
  content: string | Uint8Array,
  said = 'Build completed',
): Promise<void> {
  const builds = () => watch.output().split(said).length
  const before = builds()
  const isBuilt = () => vi.waitFor(() => expect(builds()).toBeGreaterThan(before), { timeout: 3000 })
  const beside = join(root, '.git', 'next')
  await mkdir(dirname(beside), { recursive: true })
  for (let tries = 0; tries < 10; tries++) {
    await writeFile(beside, content)
    await rename(beside, join(root, path))
    if (
      await isBuilt().then(
        () => true,
        () => false,
      )
    )
      return
  }
  await isBuilt()
}
