import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
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
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('There is no port.')
  return { remote: `http://127.0.0.1:${address.port}/site`, entries, state }
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
  const env = { COMPRESS_FAST_CACHE_REMOTE: remote, COMPRESS_FAST_CACHE_SECRET: secret }
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
