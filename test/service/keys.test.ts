import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { keyFormIn } from '../keys.js'
import { spills } from '../no-keys.js'

const key = `fast_prod_${randomBytes(32).toString('base64url')}`
const bytes = Buffer.from(key)

test.each<[string, (before: Buffer) => string | Buffer]>([
  ['plain', (before) => Buffer.concat([before, bytes])],
  ['hexadecimal', (before) => Buffer.concat([before, bytes]).toString('hex')],
  ['hexadecimal', (before) => Buffer.concat([before, bytes]).toString('hex').toUpperCase()],
  ['base64', (before) => Buffer.concat([before, bytes]).toString('base64')],
  ['base64', (before) => Buffer.concat([before, bytes]).toString('base64url')],
  ['URL-encoded', () => [...bytes].map((byte) => `%${byte.toString(16)}`).join('')],
  ['URL-encoded', () => key.replaceAll('_', '%5F')],
  ['UTF-16', () => Buffer.from(key, 'utf16le')],
])('a key is noticed: %s', (form, spelled) => {
  for (const length of [0, 1, 2, 3, 100]) {
    const content = spelled(Buffer.alloc(length, 'some words. '))
    expect([length, keyFormIn(content)]).toEqual([length, form])
    expect(keyFormIn(Buffer.concat([randomBytes(50), Buffer.from(content)]))).toBe(form)
  }
})

test('examples in documentation and digests are none', () => {
  expect(keyFormIn('fast_prod_your_key_here fast_prod_… fast_prod_canary')).toBeNull()
  expect(keyFormIn(randomBytes(100_000).toString('base64') + randomBytes(100_000).toString('hex'))).toBeNull()
})

test('one that is planted is found when its folder is removed, and when a process prints it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'compress-fast-planted-'))
  await mkdir(join(folder, 'cache'))
  await writeFile(join(folder, 'cache/entry'), Buffer.concat([randomBytes(1000), bytes, randomBytes(1000)]))
  await rm(folder, { recursive: true })
  expect(spills.splice(0)).toEqual([`${join(folder, 'cache/entry')} (plain)`])

  const program =
    'process.stdout.write(process.env.KEY.slice(0, 20)); setTimeout(() => console.log(process.env.KEY.slice(20)), 50)'
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], { env: { KEY: key } })
  expect(stdout).toBe(`${key}\n`)
  expect(spills.splice(0)).toEqual([expect.stringMatching(/^what .* printed \(plain\)$/)])
})
