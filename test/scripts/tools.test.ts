import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { npm } from '../../scripts/packages/npm.mjs'
import { publintProblems, typeProblems } from '../../scripts/packages/tools.mjs'

const good = {
  name: 'sample',
  version: '1.0.0',
  license: 'MIT',
  type: 'module',
  sideEffects: false,
  engines: { node: '>=20.19' },
  files: ['index.js', 'index.d.ts'],
  exports: { '.': { types: './index.d.ts', default: './index.js' } },
}

/** Packs a package of one module with the given `package.json`. */
async function pack(manifest: object): Promise<Parameters<typeof publintProblems>[0]> {
  const folder = await mkdtemp(join(tmpdir(), 'compress-fast-sample-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(folder, 'index.js'), 'export const one = 1\n')
  await writeFile(join(folder, 'index.d.ts'), 'export declare const one: number\n')
  await npm(['pack', '--ignore-scripts'], { cwd: folder })
  return { name: 'sample', folder, tarball: join(folder, 'sample-1.0.0.tgz'), files: [], size: 0, unpackedSize: 0 }
}

test('a package in order passes', async () => {
  const packed = await pack(good)
  expect(await publintProblems(packed)).toEqual([])
  expect(await typeProblems(packed)).toEqual([])
})

test('publint and the type check find what is broken', async () => {
  const packed = await pack({ ...good, exports: { '.': { types: './gone.d.ts', default: './gone.js' } } })
  expect((await publintProblems(packed)).join('\n')).toContain('gone.js')
  expect((await typeProblems(packed)).join('\n')).toContain('failed to resolve')
})
