import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const engine = fileURLToPath(new URL('..', import.meta.url))

test('a codec that is not installed is told from a file that is at fault', ({ skip }) => {
  // A copy with no codec in reach, as where optional dependencies were left out.
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'compress-fast-bare-')))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  skip(reaches(dir, 'sharp'), 'a codec is installed beside the folder for temporary files')
  const bare = join(dir, 'node_modules/@compress-fast/engine')
  cpSync(join(engine, 'lib'), join(bare, 'lib'), { recursive: true })
  cpSync(join(engine, 'package.json'), join(bare, 'package.json'))
  const program = `
    import { readFileSync } from 'node:fs'
    import { compress } from '@compress-fast/engine'
    const bytes = readFileSync(${JSON.stringify(join(engine, '../../test/fixtures/photo.jpg'))})
    await compress(bytes).catch(({ code, message }) => console.log(code + ' ' + message))
  `
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: dir,
    encoding: 'utf8',
    // A codec beside the temporary folder must not help out.
    env: { ...process.env, NODE_PATH: '' },
  })
  expect(output).toMatch(/^CODEC_UNAVAILABLE The codec for jpeg cannot be loaded: /)
  expect(output.trim().split('\n')).toHaveLength(1)
})

function reaches(dir: string, name: string): boolean {
  try {
    createRequire(join(dir, 'index.js')).resolve(name)
    return true
  } catch {
    return false
  }
}
