import { cp, link, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { describe, expect, test } from 'vitest'
import { assertWarnings, type Files, fixture, read } from '../site.js'
import { createSite, plugin, recordingLogger, vites } from './harness.js'
import { expectSmaller } from './images.js'

/** A page with a photo and a public logo. */
async function smallSite(): Promise<Files> {
  return {
    'index.html': '<script type="module" src="./main.js"></script>',
    'main.js': `import a from './img/photo.jpg'; document.title = a`,
    'server.js': `import a from './img/photo.jpg'; export const render = () => a`,
    'img/photo.jpg': await fixture('photo.jpg'),
    'public/logo.png': await fixture('logo-alpha.png'),
  }
}

describe.each(vites)('$name', ({ name, load }) => {
  test('client and server of one application agree on names, and the work is done once', async () => {
    const vite = await load()
    const site = await createSite(vite, await smallSite())
    const { logger, warnings, infos } = recordingLogger(vite)
    const builder = await vite.createBuilder({
      root: site.root,
      configFile: false,
      customLogger: logger,
      builder: {
        buildApp: async ({ build, environments: { client, ssr } }) => {
          if (client && ssr) await Promise.all([build(client), build(ssr)])
        },
      },
      plugins: [plugin(site.root)],
      environments: {
        client: { build: { outDir: 'dist/client' } },
        ssr: {
          build: { outDir: 'dist/server', emitAssets: true, rollupOptions: { input: join(site.root, 'server.js') } },
        },
      },
    })
    await builder.buildApp()
    // Vite 6 does not say when an application is complete; its summary comes as the process ends.
    const summaries = infos.filter((line) => /compress-fast {2}\d+ file/.test(line))
    expect(summaries).toHaveLength(name === 'Vite 6' ? 0 : 1)
    assertWarnings(warnings, [])
    const client = await read(join(site.root, 'dist/client'), join(site.root, 'report.json'))
    const server = await read(join(site.root, 'dist/server'), join(site.root, 'report.json'))
    const photo = client.path(/photo/)
    expect(server.path(/photo/)).toBe(photo)
    expect(server.text('server.js')).toContain(photo)
    await expectSmaller(client.file(photo), await fixture('photo.jpg'))
    expect(server.file(photo)).toEqual(client.file(photo))
    for (const built of [client, server]) await expectSmaller(built.file('logo.png'), await fixture('logo-alpha.png'))
    expect(client.report.totals).toMatchObject({ assets: 4, compressed: 4, from: { engine: 2, memory: 2 } })
  })

  test('builds of one script to several folders share a report, until one is built again', async () => {
    const site = await createSite(await load(), await smallSite())
    await site.build()
    const second = await site.build({ config: { build: { outDir: 'other' } } })
    expect(second.report.totals).toMatchObject({ assets: 4, compressed: 4, from: { engine: 2 } })
    const again = await site.build()
    expect(again.report.totals).toMatchObject({ assets: 2, compressed: 2, from: { engine: 0 } })
  })

  test.skipIf(name === 'Vite 6')('public files of an environment that has nothing to bundle ship smaller', async () => {
    const vite = await load()
    const site = await createSite(vite, await smallSite())
    const { logger, warnings } = recordingLogger(vite)
    const framework: Plugin = {
      name: 'framework',
      async buildApp({ environments: { ssr }, build }) {
        if (ssr) await build(ssr)
        await cp(join(site.root, 'public'), join(site.root, 'dist/client'), { recursive: true })
      },
    }
    const builder = await vite.createBuilder({
      root: site.root,
      configFile: false,
      customLogger: logger,
      builder: { buildApp: async () => {} },
      publicDir: false,
      plugins: [framework, plugin(site.root)],
      environments: {
        client: { build: { outDir: 'dist/client' } },
        ssr: { build: { outDir: 'dist/server', rollupOptions: { input: join(site.root, 'server.js') } } },
      },
    })
    await builder.buildApp()
    assertWarnings(warnings, [])
    const client = await read(join(site.root, 'dist/client'), join(site.root, 'report.json'))
    await expectSmaller(client.file('logo.png'), await fixture('logo-alpha.png'))
    expect(client.report.assets.map(({ path, origin }) => [path, origin])).toEqual([['logo.png', 'folder']])
  })

  test('a server build without assets writes none, and names them like the client', async () => {
    const site = await createSite(await load(), await smallSite())
    const client = await site.build()
    const server = await site.build({ config: { build: { ssr: 'server.js', outDir: 'server' } } })
    expect(server.files).toEqual(['logo.png', 'server.js'])
    expect(server.text('server.js')).toContain(client.path(/photo/))
  })

  test('a worker finds its image under the name that ships', async () => {
    const site = await createSite(await load(), {
      ...(await smallSite()),
      'main.js': `import a from './img/photo.jpg'; document.title = a; new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })`,
      'worker.js': `import a from './img/photo.jpg'; import icon from './icon.png'; self.postMessage([a, icon])`,
      'icon.png': await fixture('icon.png'),
    })
    const built = await site.build({ config: { worker: { format: 'es' } } })
    const photo = built.path(/photo/)
    await expectSmaller(built.file(photo), await fixture('photo.jpg'))
    const worker = built.text(/worker/)
    expect(worker).toContain(photo.replace('assets/', ''))
    const [, icon = ''] = /data:image\/png;base64,([\w+/=]+)/.exec(worker) ?? []
    expect(Buffer.from(icon, 'base64').byteLength).toBeLessThan((await fixture('icon.png')).byteLength)
  })

  test('two outputs get the same bytes', async () => {
    const site = await createSite(await load(), await smallSite())
    const output = ['a', 'b'].map((dir) => ({ dir: join(site.root, 'dist', dir) }))
    const built = await site.build({ config: { build: { rollupOptions: { output } } } })
    const photos = built.files.filter((path) => path.includes('photo'))
    expect(photos).toHaveLength(2)
    for (const path of photos) await expectSmaller(built.file(path), await fixture('photo.jpg'))
    expect(built.report.totals.from.engine).toBe(2)
    expect(built.report.totals.failed).toBe(0)
  })

  test('base and manifest know the names that ship', async () => {
    const site = await createSite(await load(), await smallSite())
    const built = await site.build({ config: { base: '/shop/', build: { manifest: true } } })
    const manifest = JSON.parse(built.text('.vite/manifest.json'))
    expect(manifest['img/photo.jpg'].file).toBe(built.path(/photo/))
    expect(built.text(/\.js$/)).toContain(`/shop/${built.path(/photo/)}`)
  })

  test('names that the user chose are kept', async () => {
    const site = await createSite(await load(), await smallSite())
    const named = (assetFileNames: unknown) => ({ build: { rollupOptions: { output: { assetFileNames } } } }) as never
    const plain = await site.build({ config: named('media/[name][extname]') })
    await expectSmaller(plain.file('media/photo.jpg'), await fixture('photo.jpg'))
    const called = await site.build({ config: named(() => 'x/[hash:12]-[name][extname]') })
    const path = called.path(/^x\/[\w-]{12}-photo\.jpg$/)
    await expectSmaller(called.file(path), await fixture('photo.jpg'))
    const other = await site.build({ options: { quality: 'high' }, config: named(() => 'x/[hash:12]-[name][extname]') })
    expect(other.path(/photo/)).not.toBe(path)
  })

  test('write: false gives smaller bytes to the caller and touches no disk', async () => {
    const vite = await load()
    const site = await createSite(vite, await smallSite())
    const config = { root: site.root, configFile: false as const, logLevel: 'silent' as const }
    const result = await vite.build({ ...config, plugins: [plugin(site.root)], build: { write: false } })
    const [output] = [result].flat() as { output: { fileName: string; type: string; source?: Uint8Array }[] }[]
    const photo = output?.output.find((file) => file.fileName.includes('photo'))
    await expectSmaller(photo?.source ?? new Uint8Array(), await fixture('photo.jpg'))
    await expect(stat(join(site.root, 'dist'))).rejects.toThrow('ENOENT')
  })

  test('emptyOutDir: false does not compress again what an earlier build left', async () => {
    const site = await createSite(await load(), await smallSite())
    const config = { build: { emptyOutDir: false } }
    const first = await site.build({ config })
    await site.write({ 'img/photo.jpg': await fixture('photo-2.jpg') })
    const second = await site.build({ config })
    const [older, newer] = [
      first.path(/photo/),
      second.files.find((path) => path.includes('photo') && path !== first.path(/photo/)),
    ]
    expect(second.file(older)).toEqual(first.file(older))
    await expectSmaller(second.file(newer ?? '?'), await fixture('photo-2.jpg'))
    expect(second.report.totals.from.engine).toBe(1)
    expect(second.report.totals.failed).toBe(0)
  })

  test('sources are never written to, even where the output lies around them or shares their bytes', async () => {
    const site = await createSite(await load(), await smallSite())
    const linking = {
      name: 'links-a-source',
      async writeBundle() {
        await mkdir(join(site.root, 'out'), { recursive: true })
        await link(join(site.root, 'img/photo.jpg'), join(site.root, 'out/linked.jpg')).catch(() => {})
      },
    }
    const config = { root: site.root, build: { outDir: 'out', emptyOutDir: false }, plugins: [linking] }
    const built = await site.build({ config })
    await expectSmaller(built.file('linked.jpg'), await fixture('photo.jpg'))
    expect(await readFile(join(site.root, 'img/photo.jpg'))).toEqual(await fixture('photo.jpg'))
    await site.build({
      config: { build: { outDir: '.', emptyOutDir: false } },
      expectWarnings: ['build.outDir must not be the same', 'not separate folders'],
    })
    expect(await readFile(join(site.root, 'img/photo.jpg'))).toEqual(await fixture('photo.jpg'))
    expect(await readFile(join(site.root, 'public/logo.png'))).toEqual(await fixture('logo-alpha.png'))
  })

  test('watch mode serves rebuilds from memory, public files too', async () => {
    const vite = await load()
    const site = await createSite(vite, await smallSite())
    const { logger, warnings, infos } = recordingLogger(vite)
    const config = { root: site.root, configFile: false as const, customLogger: logger, plugins: [plugin(site.root)] }
    const watcher = (await vite.build({ ...config, build: { watch: {} } })) as Awaited<
      ReturnType<typeof vite.build>
    > & {
      on(
        event: 'event',
        listener: (event: { code: string; error?: Error; result?: { close(): Promise<void> } }) => void,
      ): void
      close(): Promise<void>
    }
    const ends = createQueue<void>()
    watcher.on('event', (event) => {
      if (event.code === 'ERROR') ends.fail(event.error ?? new Error('watch'))
      if (event.code === 'END') ends.push()
    })
    try {
      await ends.next()
      for (let rebuild = 1; rebuild <= 3; rebuild++) {
        await settled()
        await writeFile(join(site.root, 'main.js'), `import a from './img/photo.jpg'; document.title = a + ${rebuild}`)
        await ends.next()
        await settled()
        const built = await read(join(site.root, 'dist'), join(site.root, 'report.json'))
        expect(built.text(/\.js$/)).toContain(String(rebuild))
        await expectSmaller(built.file(/photo/), await fixture('photo.jpg'))
        await expectSmaller(built.file('logo.png'), await fixture('logo-alpha.png'))
        expect(built.report.totals).toMatchObject({ assets: 2, compressed: 2, from: { engine: 0, disk: 0, memory: 2 } })
      }
    } finally {
      await watcher.close()
    }
    assertWarnings(warnings, [])
    expect(infos.filter((line) => line.includes('compress-fast')).length).toBeGreaterThanOrEqual(4)
  })
})

/** Time for a build to write its report after its last event, and for watchers to be ready for the next change. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 600))
}

function createQueue<T>() {
  const waiting: { resolve: (value: T) => void; reject: (error: Error) => void }[] = []
  const ready: T[] = []
  return {
    push(value: T) {
      const next = waiting.shift()
      if (next) next.resolve(value)
      else ready.push(value)
    },
    fail: (error: Error) => waiting.shift()?.reject(error),
    next: () =>
      ready.length > 0
        ? Promise.resolve(ready.shift() as T)
        : new Promise<T>((resolve, reject) => waiting.push({ resolve, reject })),
  }
}
