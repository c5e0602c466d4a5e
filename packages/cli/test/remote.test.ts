import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { listening } from '../../../test/listening.js'
import { drawing, project, run, write } from './harness.js'

const secret = randomBytes(32).toString('hex')

/** A store that answers when it likes: at once, or when so many ask at the same time. */
async function storeOf() {
  const entries = new Map<string, Buffer>()
  const waiting: (() => void)[] = []
  const state = { together: 1, left: 0, most: 0, gets: 0 }
  const server = createServer((req, res) => {
    const name = req.url ?? ''
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      if (req.method === 'PUT') entries.set(name, Buffer.concat(chunks))
      if (req.method === 'PUT') return void res.writeHead(201).end()
      state.gets++
      waiting.push(() => give(res, entries.get(name)))
      state.most = Math.max(state.most, waiting.length)
      if (waiting.length < Math.min(state.together, state.left)) return
      state.left -= waiting.length
      for (const answer of waiting.splice(0)) answer()
    })
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const port = await listening(server)
  return { remote: `http://127.0.0.1:${port}/site`, entries, state }
}

function give(res: ServerResponse, entry: Buffer | undefined): void {
  if (entry) res.end(entry)
  else res.writeHead(404).end()
}

test('asks a shared cache for many files at a time, and for no more than it takes', async () => {
  const { remote, state } = await storeOf()
  const cwd = project()
  const count = 40
  for (let index = 0; index < count; index++) write(join(cwd, `dist/${index}.svg`), drawing(index))
  const env = {
    COMPRESS_FAST_CACHE_REMOTE: remote,
    COMPRESS_FAST_CACHE_SECRET: secret,
    COMPRESS_FAST_CACHE_NAMESPACE: 'main',
  }
  const first = await run(['dist', '--out', 'a', '--json', '--effort', 'fast'], { cwd, env })
  expect(JSON.parse(first.text).totals).toMatchObject({ compressed: count, from: { engine: count } })
  rmSync(join(cwd, 'node_modules'), { recursive: true })
  // Who asks for fewer at once than this waits for ever, and is told so.
  Object.assign(state, { together: 32, left: count, most: 0, gets: 0 })
  const second = await run(['dist', '--out', 'b', '--json', '--effort', 'fast'], { cwd, env })
  expect(second.stderr).toBe('')
  expect(JSON.parse(second.text).totals).toMatchObject({ compressed: count, from: { engine: 0, remote: count } })
  expect(state).toMatchObject({ most: 32, gets: count, left: 0 })
})

test('--remote and --namespace stand in for the environment, and go with its secret', async () => {
  const { remote, entries } = await storeOf()
  const cwd = project()
  write(join(cwd, 'dist/a.svg'), drawing(1))
  const env = { COMPRESS_FAST_CACHE_REMOTE: 'http://127.0.0.1:9/nobody', COMPRESS_FAST_CACHE_SECRET: secret }
  const options = ['--out', 'out', '--json', '--effort', 'fast']
  const off = await run(['dist', ...options, '--no-cache', '--remote', 'off'], { cwd, env })
  expect(off).toMatchObject({ code: 0, stderr: '' })
  const first = await run(['dist', ...options, '--remote', remote, '--namespace', 'pr-7'], { cwd, env })
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(entries.size).toBeGreaterThan(0)
  expect([...entries.keys()].every((name) => name.startsWith('/site/pr-7/'))).toBe(true)
  rmSync(join(cwd, 'node_modules'), { recursive: true })
  const second = await run(['dist', ...options, '--remote', remote, '--namespace', 'pr-7'], { cwd, env })
  expect(JSON.parse(second.text).totals).toMatchObject({ compressed: 1, from: { engine: 0, remote: 1 } })
  rmSync(join(cwd, 'node_modules'), { recursive: true })
  const piped = await run(['-', '--effort', 'fast', '--remote', remote, '--namespace', 'pr-7'], {
    cwd,
    env,
    input: Buffer.from(drawing(1)),
  })
  expect(piped).toMatchObject({ code: 0, stderr: '' })
  expect(piped.stdout.equals(readFileSync(join(cwd, 'out/a.svg')))).toBe(true)
})

test('an address is never shown with what opens it', async () => {
  const cwd = project()
  write(join(cwd, 'a.svg'), drawing(2))
  const env = { COMPRESS_FAST_CACHE_SECRET: secret }
  for (const [args, code, why] of [
    [['a.svg', '--remote', 'https://me:hunter2@cache.example'], 2, 'it holds a user name or password'],
    [['a.svg', '--remote', 'https://cache.example/?token=hunter2'], 2, 'it has a query'],
    [['a.svg', '--remote', 'hunter2'], 2, 'is no address'],
    [['a.svg', '--remote', 'ftp://me:hunter2@cache.example'], 2, 'begins with ftp:'],
    [['a.svg', '--no-cache', '--remote', 'redis://:hunter2@127.0.0.1:9'], 2, 'nothing is'],
    [['a.svg', 'redis://:hunter2@127.0.0.1:9'], 2, 'There is no file or folder redis://…@127.0.0.1:9.'],
    [['a.svg', '--namespace', 'Not This', '--remote', 'redis://:hunter2@127.0.0.1:9'], 2, 'lower-case letters'],
    [
      ['a.svg', '--json', '--dry-run', '--remote', 'redis://:hunter2@127.0.0.1:9'],
      0,
      'redis://127.0.0.1:9 is in trouble',
    ],
  ] as const) {
    const ended = await run(args, { cwd, env })
    expect(ended, args.join(' ')).toMatchObject({ code, stderr: expect.stringContaining(why) })
    expect(ended.text + ended.stderr).not.toContain('hunter2')
  }
})

test('a shared cache without a secret ends with 2, and says how to make one', async () => {
  const cwd = project()
  write(join(cwd, 'a.svg'), drawing(3))
  const ended = await run(['a.svg', '--remote', 'https://cache.example'], { cwd })
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('COMPRESS_FAST_CACHE_SECRET') })
})
