import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { fixture, read } from '../site.js'
import { createSite } from '../vite/harness.js'
import { expectSmaller } from '../vite/images.js'

const run = promisify(execFile)

test.each(['rollup', 'rolldown'])(
  'what %s wrote is reported when the process ends and nobody closed the bundle',
  async (name) => {
    const site = await createSite(await import('vite'), {
      'main.js': 'export default 1',
      'photo.jpg': await fixture('photo.jpg'),
      'script.js': `
      import { readFile } from 'node:fs/promises'
      import { ${name} } from ${JSON.stringify(import.meta.resolve(name))}
      import compress from ${JSON.stringify(import.meta.resolve(`unplugin-compress-fast/${name}`))}
      const emits = {
        name: 'emits',
        async buildStart() {
          this.emitFile({ type: 'asset', name: 'photo.jpg', source: await readFile('photo.jpg') })
        },
      }
      const ours = compress({ effort: 'fast', cache: false, report: { json: 'report.json' } })
      const bundle = await ${name}({ input: 'main.js', plugins: [emits, ours] })
      await Promise.all(['dist/a', 'dist/b'].map((dir) => bundle.write({ dir })))
    `,
    })
    const { stderr } = await run(process.execPath, ['script.js'], { cwd: site.root })
    const built = await read(join(site.root, 'dist'), join(site.root, 'report.json'))
    for (const path of built.files.filter((file) => file.endsWith('.jpg'))) {
      await expectSmaller(built.file(path), await fixture('photo.jpg'))
    }
    expect(built.report.totals).toMatchObject({ assets: 2, compressed: 2, from: { engine: 1 } })
    expect(stderr).toContain('compress-fast  2 files')
  },
)
