import { expect, test } from 'vitest'
import type { AssetSession } from './host.js'
import type { Compiler } from './webpack-compiler.js'
import { prepareOptions } from './webpack-options.js'

function prepared(options: object, settingsDigest: string): Compiler['options'] {
  const compiler = { webpack: { rspackVersion: '1.7.0' }, options: { output: {}, module: { rules: [] }, ...options } }
  prepareOptions(compiler as unknown as Compiler, { settingsDigest, inline: true } as AssetSession)
  return compiler.options
}

test.each([
  ['Rspack 2', () => ({ cache: { type: 'persistent', version: 'mine' } })],
  ['Rspack 1', () => ({ cache: true, experiments: { cache: { type: 'persistent', version: 'mine' } } })],
])('the cache on disk of %s is another one under other settings', (_, options) => {
  const versionOf = (digest: string) => {
    const { cache, experiments } = prepared(options(), digest)
    const { version } = Object.assign({ version: '' }, cache, (experiments as { cache?: object } | undefined)?.cache)
    return version
  }
  expect(versionOf('a')).toMatch(/^mine\|/)
  expect(versionOf('a')).not.toBe(versionOf('b'))
})
