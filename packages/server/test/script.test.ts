import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { inspect } from '@compress-fast/engine/inspect'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call } from './client.js'
import { newFolder, newKey, removeFolder, type ServerProcess, startWorker } from './harness.js'
import { eavesdrop, missing, type Ran, run } from './shell.js'

const script = resolve(import.meta.dirname, '../compress-fast.sh')
const fixtures = resolve(import.meta.dirname, '../../../test/fixtures')

const shells = ['dash', 'bash']

let folder: string
let server: ServerProcess
/** One for each shell: places are an account's. */
const keys: Record<string, string> = {}
let absent: string | undefined

beforeAll(async () => {
  absent = await missing('curl', 'awk')
  folder = await newFolder()
  for (const shell of shells) keys[shell] = (await newKey(folder)).key
  // Fewer places than files, so that some have to wait for one.
  server = await startWorker({ data: folder, limits: { outstanding: 3 } })
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
  await removeFolder(folder)
})

const names = {
  'a photo.jpg': 'photo.jpg',
  '-dash.png': 'icon.png',
  'it\'s "q" \\ x=1; é.jpg': 'photo.jpg',
  'letter.docx': 'letter.docx',
  'is a png.jpg': 'icon.png',
}

/** A folder with files of difficult names. */
async function newFiles(shell: string, name: string): Promise<string> {
  const cwd = join(folder, `${shell} ${name}`)
  await mkdir(cwd)
  for (const [to, from] of Object.entries(names)) await copyFile(join(fixtures, from), join(cwd, to))
  return cwd
}

// Most of the time is waiting for the next second.
describe.concurrent.each(shells)('compress-fast.sh in %s', (shell) => {
  let key: string
  test.beforeAll(() => {
    key = keys[shell] ?? ''
  })

  const start = (cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
    run(shell, [script, ...args], { cwd, env: { TOOLS_FAST_API_KEY: key, COMPRESS_FAST_URL: server.url, ...env } })

  test.beforeEach(async ({ skip }) => {
    const lacking = absent ?? (await missing(shell))
    if (lacking) skip(`${lacking} is not installed`)
  })

  test('compresses files whatever their names are, and shows the key to nobody', async () => {
    const cwd = await newFiles(shell, 'all')
    const { env, heard } = await eavesdrop(cwd, 'curl', 'run')
    await copyFile(join(fixtures, 'broken.png'), join(cwd, 'broken.png'))
    const { code, out, err } = await start(cwd, ['--', ...Object.keys(names), 'broken.png'], env)
    expect(err).toMatch(/^compress-fast: broken\.png: Failed job\.invalid_file .+\n$/)
    expect(code).toBe(1)
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'))
    expect(lines.map(([from]) => from).toSorted()).toEqual(Object.keys(names).toSorted())
    for (const [from = '', to = '', before, after] of lines) {
      const [source, result] = [await readFile(join(cwd, from)), await readFile(join(cwd, to))]
      expect([from, Number(before), Number(after)]).toEqual([from, source.length, result.length])
      expect([from, result.length < source.length]).toEqual([from, true])
      if (!from.endsWith('.docx')) expect(inspect(result)?.format).toBe(inspect(source)?.format)
      // The extension follows the content.
      expect(to).toBe(from === 'is a png.jpg' ? 'is a png-compressed.png' : from.replace(/(\.\w+)$/, '-compressed$1'))
    }
    expect((await readdir(cwd)).filter((name) => name.startsWith('.compress-fast'))).toEqual([])
    const told = await heard()
    expect(told).toContain('/compress/job/')
    expect([told, out, err].filter((text) => text.includes(key))).toEqual([])
  })

  test('lossless keeps every pixel, and what is there is not replaced', async () => {
    const cwd = await newFiles(shell, 'lossless')
    await copyFile(join(fixtures, 'logo-alpha.png'), join(cwd, 'logo.png'))
    const ask = (...args: string[]) => start(cwd, ['--out', 'new/small files', ...args])
    expect(await ask('--quality', 'lossless', 'logo.png')).toMatchObject({ code: 0, err: '' })
    const result = join(cwd, 'new/small files/logo.png')
    const pixels = (path: string) => sharp(path).ensureAlpha().raw().toBuffer()
    expect((await pixels(result)).equals(await pixels(join(cwd, 'logo.png')))).toBe(true)
    const again = await ask('--resize', '50%', 'logo.png')
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('is there already (--force replaces it)')])
    expect(await ask('--force', '--resize', '50%', 'logo.png')).toMatchObject({ code: 0, err: '' })
    const width = async (path: string) => (await sharp(path).metadata()).width
    expect(await width(result)).toBe((await width(join(cwd, 'logo.png'))) / 2)
  })

  test('says what is wrong, each with its own code', async () => {
    const cwd = await newFiles(shell, 'wrong')
    const photo = 'a photo.jpg'
    const poor = (await newKey(folder, '--credits', '0')).key
    const expected: [number, string, readonly string[], Record<string, string>?][] = [
      [2, 'no files were named', []],
      [2, 'there is no file gone.jpg', [photo, 'gone.jpg']],
      [2, 'there is no option --fast', ['--fast', photo]],
      [2, '--quality is lossy or lossless, not best', ['--quality', 'best', photo]],
      [2, 'only PNG can be compressed with --quality lossless', ['--quality', 'lossless', photo]],
      [2, '--resize is 4k', ['--resize', '0', photo]],
      [2, '--parallel is 1 to 18', ['--parallel', '19', photo]],
      [2, 'set TOOLS_FAST_API_KEY', [photo], { TOOLS_FAST_API_KEY: '' }],
      [2, 'holds characters that no key has', [photo], { TOOLS_FAST_API_KEY: `${key}"\nurl = "http://127.0.0.1:1` }],
      [2, 'must begin with https://', [photo], { COMPRESS_FAST_URL: 'ftp://127.0.0.1' }],
      [2, 'the key could be read on its way', [photo], { COMPRESS_FAST_URL: 'http://127.0.0.1.example.invalid' }],
      [2, 'the key could be read on its way', [photo], { COMPRESS_FAST_URL: 'http://127.0.0.1:80@example.invalid' }],
      [3, 'the key was refused', Object.keys(names).slice(2), { TOOLS_FAST_API_KEY: `fast_prod_${'A'.repeat(43)}` }],
      [4, 'needs 1 credits and the account has 0', [photo], { TOOLS_FAST_API_KEY: poor }],
      [5, 'cannot be reached', [photo], { COMPRESS_FAST_URL: 'http://127.0.0.1:1' }],
    ]
    for (const [code, words, args, env] of expected) {
      const ran = await start(cwd, args, env)
      expect([args, ran.code, ran.out, ran.err]).toEqual([args, code, '', expect.stringContaining(words)])
      expect(ran.err.trimEnd().split('\n').length).toBe(1)
      expect(ran.err).not.toContain(key)
    }
    expect((await readdir(cwd)).toSorted()).toEqual(Object.keys(names).toSorted())
  })

  test('waits for as long as the server says', async () => {
    const cwd = await newFiles(shell, 'waits')
    const { env, heard } = await eavesdrop(cwd, 'sleep', 'nothing')
    let asked = 0
    const busy = createServer((req, res) => {
      req.resume().on('end', () => {
        asked += 1
        res.writeHead(asked === 1 ? 429 : 402, { 'retry-after': '7' }).end('{"error":"x","detail":"no \\"more\\""}')
      })
    })
    await new Promise<void>((done) => busy.listen(0, '127.0.0.1', done))
    const url = `http://127.0.0.1:${(busy.address() as AddressInfo).port}`
    const ran = await start(cwd, ['a photo.jpg'], { ...env, COMPRESS_FAST_URL: url })
    busy.close()
    expect(ran).toEqual({ code: 4, out: '', err: 'compress-fast: no "more"\n' })
    expect([asked, /^\d+$/m.exec(await heard())?.[0]]).toEqual([2, '7'])
  })

  test('asked to stop, it cancels what it handed in', async () => {
    const cwd = await newFiles(shell, 'stopped')
    const slow = await startWorker({ data: cwd, delay: { least: 60_000, most: 60_000 } })
    const own = (await newKey(cwd)).key
    const env = { TOOLS_FAST_API_KEY: own, COMPRESS_FAST_URL: slow.url }
    const stop = `${shell} '${script}' 'a photo.jpg' & until [ -n "$(find "$TMPDIR" -name '*.id')" ]; do sleep 0.1; done; kill $!; wait $!`
    const temporary = join(cwd, 'temporary')
    await mkdir(temporary)
    const { code } = await run('bash', ['-c', stop], { cwd, env: { ...env, TMPDIR: temporary } })
    expect(code).toBe(143)
    const { reservedCredits, totalCredits } = (await call(slow.url, own, '/compress/entitlements/me')).json
    expect([reservedCredits, totalCredits, await readdir(temporary)]).toEqual([0, 500, []])
    expect(await slow.stop()).toBe(0)
  })
})
