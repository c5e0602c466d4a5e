import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { fixture, read, siteFolder, writeFiles } from '../site.js'
import { expectSmaller } from '../vite/images.js'

const require = createRequire(import.meta.url)

// Docusaurus reads its configuration through jiti 1, which makes scripts of all modules that it meets.
const script = (root: string) => `
const jiti = require(${JSON.stringify(require.resolve('jiti1'))})(__filename, { cache: false, interopDefault: true })
const compress = jiti(${JSON.stringify(import.meta.resolve('unplugin-compress-fast/webpack').replace('file://', ''))})
const webpack = require(${JSON.stringify(require.resolve('webpack'))})
const config = {
  mode: 'production',
  context: ${JSON.stringify(root)},
  entry: './main.js',
  module: { rules: [{ test: /jpg$/, type: 'asset/resource' }] },
  plugins: [compress({ effort: 'fast', cache: { dir: '.cache' }, report: { json: 'report.json' } })],
}
webpack(config, (error, stats) => {
  if (error || stats.hasErrors() || stats.hasWarnings()) throw error ?? new Error(stats.toString())
})`

test('a plugin that was loaded as scripts works', async () => {
  const root = await siteFolder()
  const photo = await fixture('photo.jpg')
  const main = `import photo from './photo.jpg'\ndocument.title = photo`
  await writeFiles(root, { 'main.js': main, 'photo.jpg': photo, 'build.cjs': script(root) })
  await promisify(execFile)(process.execPath, ['build.cjs'], { cwd: root })
  const built = await read(`${root}/dist`, `${root}/report.json`)
  expect(built.report.totals).toMatchObject({ compressed: 1, from: { engine: 1 } })
  await expectSmaller(built.file(/jpg$/), photo)
})
