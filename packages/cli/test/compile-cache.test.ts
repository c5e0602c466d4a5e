import * as module from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { filesIn, project, run } from './harness.js'

const isKnown = 'enableCompileCache' in module

test.skipIf(!isKnown)('compiled code is kept where Node keeps it, and nowhere if users say so', async () => {
  const cwd = project()
  // An own one would have Node do it by itself.
  const env = { TMPDIR: cwd, TEMP: cwd, TMP: cwd, NODE_COMPILE_CACHE: undefined }
  const kept = () => filesIn(cwd).filter((path) => path.startsWith(join('node-compile-cache', '/')))
  expect(await run(['--version'], { cwd, env: { ...env, NODE_DISABLE_COMPILE_CACHE: '1' } })).toMatchObject({ code: 0 })
  expect(kept()).toEqual([])
  expect(await run(['--version'], { cwd, env: { ...env, NODE_DISABLE_COMPILE_CACHE: undefined } })).toMatchObject({
    code: 0,
    stderr: '',
  })
  expect(kept().length).toBeGreaterThan(0)
})
