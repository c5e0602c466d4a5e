import { execFile } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as esbuild from 'esbuild'
import { expect, test } from 'vitest'
import { repository } from '../../scripts/packages/pack.mjs'
import { fixture } from '../site.js'
import { createSite } from './harness.js'

const run = promisify(execFile)

/** What a build script prints, which itself prints what it built. */
async function print(logLevel: string | undefined): Promise<{ stdout: string; stderr: string }> {
  const site = await createSite(esbuild, {
    'package.json': '{"type":"module"}',
    'main.js': `import a from './a.jpg'\nimport b from './b.jpg'\nconsole.log(a, b)`,
    'a.jpg': await fixture('photo.jpg'),
    'b.jpg': await fixture('broken.jpg'),
    'build.js': `
      import { build } from 'esbuild'
      import compress from 'unplugin-compress-fast/esbuild'
      const plugins = [compress({ effort: 'fast', cache: false })]
      const logLevel = ${JSON.stringify(logLevel)}
      const options = { entryPoints: ['main.js'], bundle: true, outdir: 'dist', write: false, loader: { '.jpg': 'file' } }
      const { outputFiles } = await build({ ...options, plugins, ...(logLevel && { logLevel }) })
      console.log(outputFiles.length)`,
  })
  await symlink(join(repository, 'node_modules'), join(site.root, 'node_modules'), 'junction')
  return run(process.execPath, ['build.js'], { cwd: site.root })
}

const summary = 'compress-fast  2 files'
const warning = '▲ [WARNING] b.jpg: this jpeg file is damaged'

test.each([
  [undefined, [summary, warning]],
  ['info', ['Done in', summary, warning]],
  ['warning', [warning]],
  ['error', []],
  ['silent', []],
])('at log level %s the terminal shows %j', async (logLevel, expected) => {
  const { stdout, stderr } = await print(logLevel)
  expect(stdout).toBe('3\n')
  const shown = ['Done in', summary, warning].filter((text) => stderr.includes(text))
  expect(shown).toEqual(expected)
  expect(stderr).not.toContain('\u001B')
  expect(stderr.split('[WARNING]').length).toBe(expected.includes(warning) ? 2 : 1)
})
