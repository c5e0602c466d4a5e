import type { JsPlugin } from '@farmfe/core'
import { expect, test, vi } from 'vitest'
import { type Built, type Files, fixture } from '../site.js'
import { expectSmaller } from '../vite/images.js'
import { createSite, type Setup } from './harness.js'

async function smallSite(): Promise<Files> {
  return {
    'index.html': '<!doctype html><script type="module" src="./main.js"></script>',
    'main.js': `import a from './photo.jpg'; document.title = a`,
    'photo.jpg': await fixture('photo.jpg'),
  }
}

test('what other plugins emit ships smaller, early or late, by Farm’s hooks or by Vite’s', async () => {
  const content = [...(await fixture('screenshot.png'))]
  const early: JsPlugin = {
    name: 'early',
    transform: {
      filters: { resolvedPaths: ['main\\.js$'] },
      async executor(_, context) {
        context?.emitFile({ resolvedPath: 'early.png', name: 'early.png', content, resourceType: 'png' })
        return null
      },
    },
  }
  const late: JsPlugin = {
    name: 'late',
    priority: -100,
    finalizeResources: {
      async executor({ resourcesMap }) {
        const origin = { type: 'Module', value: 'late.png' } as const
        const late = { name: 'late.png', bytes: content, emitted: false, resourceType: 'png', origin }
        return { ...resourcesMap, 'late.png': late }
      },
    },
  }
  const vite = {
    name: 'vite-late',
    generateBundle(this: { emitFile(file: object): void }) {
      this.emitFile({ type: 'asset', fileName: 'vite.png', source: Buffer.from(content) })
    },
  }
  const { build } = await createSite(await smallSite())
  // With a cache Farm drops all files that no module of the build has emitted, whoever made them.
  const built = await build({ plugins: [early, late], vitePlugins: [vite], compilation: { persistentCache: false } })
  for (const name of ['early.png', 'late.png', 'vite.png']) {
    await expectSmaller(built.file(name), await fixture('screenshot.png'))
    const line = built.report.assets.find(({ path }) => path === name)
    expect(line).toMatchObject({ origin: 'bundle', source: null, outcome: 'compressed' })
  }
  await expectSmaller(built.file(/photo/), await fixture('photo.jpg'))
})

test('a plugin that reads what ships, reads the smaller bytes', async () => {
  const seen = new Map<string, Buffer>()
  const reader: JsPlugin = {
    name: 'reader',
    priority: 102,
    finalizeResources: {
      async executor({ resourcesMap }) {
        for (const [name, { bytes }] of Object.entries(resourcesMap)) seen.set(name, Buffer.from(bytes))
        return resourcesMap
      },
    },
  }
  const { build } = await createSite(await smallSite())
  const built = await build({ plugins: [reader] })
  const photo = built.path(/photo/)
  expect(seen.get(photo)).toEqual(built.file(photo))
  await expectSmaller(built.file(photo), await fixture('photo.jpg'))
})

const beside = {
  finalizeResources: {
    plugins: [{ name: 'beside', finalizeResources: { executor: async ({ resourcesMap }) => resourcesMap } }],
  },
  writeResources: { plugins: [{ name: 'beside', writeResources: { executor: () => undefined } }] },
  generateBundle: { vitePlugins: [{ name: 'beside', generateBundle: () => undefined }] },
} satisfies Record<string, Pick<Setup, 'plugins' | 'vitePlugins'>>

test.each(Object.entries(beside))(
  'the same ships beside a plugin with %s, whoever filled Farm’s cache',
  async (_, setup) => {
    const files = {
      ...(await smallSite()),
      'main.js': `import './style.css'; import a from './photo.jpg'; import b from './photo.jpg?compress=off'; document.title = a + b`,
      'style.css': 'body { background: url("./photo.jpg?compress=40") } p { background: url(./screenshot.png) }',
      'screenshot.png': await fixture('screenshot.png'),
    }
    const filledAlone = await createSite(files)
    const filledBeside = await createSite(files)
    const options = { cache: { dir: `${filledAlone.root}/.cache` } }
    const alone = await filledAlone.build()
    for (const built of [
      await filledAlone.build(setup),
      await filledAlone.build(),
      await filledBeside.build({ ...setup, options }),
      await filledBeside.build({ ...setup, options }),
      await filledBeside.build({ options }),
    ]) {
      expect(built.files).toEqual(alone.files)
      for (const path of alone.files) expect(built.file(path), path).toEqual(alone.file(path))
      expect(linesOf(built)).toEqual(linesOf(alone))
      expect(built.report.totals.from.engine).toBe(0)
    }
  },
)

function linesOf({ report }: Built): string[] {
  return report.assets.map(({ ms: _, from: __, ...line }) => JSON.stringify(line)).sort()
}

test('a plugin that looks at what was written, sees the smaller bytes', async () => {
  const seen = new Map<string, unknown>()
  const vite = {
    name: 'vite-writer',
    writeBundle(_: unknown, bundle: Record<string, { source?: unknown }>) {
      for (const [name, { source }] of Object.entries(bundle)) seen.set(name, source)
    },
  }
  const { build } = await createSite(await smallSite())
  const built = await build({ vitePlugins: [vite] })
  const photo = built.path(/photo/)
  await vi.waitFor(() => expect(seen.get(photo)).toEqual(new Uint8Array(built.file(photo))))
  await expectSmaller(built.file(photo), await fixture('photo.jpg'))
})

test('what others write into the output folder while the build runs, and folders in `dirs`, ship smaller', async () => {
  const { build, write } = await createSite({
    ...(await smallSite()),
    'extra/old.png': await fixture('screenshot.png'),
  })
  const writer: JsPlugin = {
    name: 'writer',
    buildEnd: { executor: async () => write({ 'dist/written/shot.png': await fixture('screenshot.png') }) },
  }
  const built = await build({ plugins: [writer], options: { dirs: ['extra'] } })
  await expectSmaller(built.file('written/shot.png'), await fixture('screenshot.png'))
  expect(built.report.assets.map(({ path, origin }) => `${origin} ${path}`)).toContain('folder extra/old.png')
})
