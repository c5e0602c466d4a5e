import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { call, finish, submit } from './client.js'
import { command, fixture, newFolder, newKey, removeFolder, type ServerProcess, startServer } from './harness.js'

const run = promisify(execFile)

let folder: string
let key: string
let picture: Buffer
let server: ServerProcess | undefined

beforeAll(async () => {
  folder = await newFolder()
  key = (await newKey(folder)).key
  picture = await fixture('icon.png')
})
afterEach(async () => {
  await server?.stop()
  server = undefined
})
afterAll(() => removeFolder(folder))

/** Processes that a process started, and theirs. */
async function childrenOf(pid: number | undefined): Promise<number[]> {
  const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(pid)]).catch(() => ({ stdout: '' }))
  const children = stdout.split('\n').map(Number).filter(Boolean)
  return [...children, ...(await Promise.all(children.map(childrenOf))).flat()]
}

test('asked to stop, a server ends what runs, keeps what waits, and leaves no process', async () => {
  server = await startServer(folder, '--delay', '500')
  const jobs = await Promise.all(
    Array.from({ length: 10 }, () => submit(server?.url ?? '', key, picture, { name: 'a.png' })),
  )
  await expect.poll(() => server?.output().match(/"status":202/g)?.length).toBe(10)
  const stopped = server
  expect(await stopped.stop()).toBe(0)
  expect(stopped.output()).toContain('"event":"server.stopped"')
  expect(await childrenOf(stopped.process.pid)).toEqual([])
  server = await startServer(folder)
  for (const { json } of jobs) expect((await finish(server.url, key, json.id)).status).toBe('Succeeded')
})

test('a server that is told to stop the moment it listens ends as properly', async () => {
  for (let count = 0; count < 5; count += 1) expect(await (await startServer(folder)).stop()).toBe(0)
})

test.runIf(process.platform === 'linux')('a job whose process dies is done by another process', async () => {
  server = await startServer(folder)
  // Large enough that its process is there to be killed.
  const { json } = await submit(server.url, key, await fixture('screenshot.png'), { name: 'a.png' })
  const [runner] = await expect
    .poll(() => childrenOf(server?.process.pid))
    .not.toEqual([])
    .then(() => childrenOf(server?.process.pid))
  process.kill(runner ?? 0, 'SIGKILL')
  expect((await finish(server.url, key, json.id)).status).toBe('Succeeded')
  await expect.poll(() => server?.output()).toContain('"event":"job.lost"')
})

test('a folder has one server, and a dead one does not count', async () => {
  const first = await startServer(folder)
  await expect(startServer(folder)).rejects.toThrow('Another server is using')
  await first.kill()
  server = await startServer(folder)
  expect((await call(server.url, key, '/healthz')).json.status).toBe('ok')
})

test('the command line says what it takes, and what is wrong', async () => {
  expect(await command(['--help'])).toContain('compress-fast-server keys create --name NAME')
  const refused = (...args: string[]) =>
    command([...args, '--data', folder]).then(String, (error) => [error.code, error.stderr])
  expect(await refused('dance')).toEqual([2, expect.stringContaining('There is no command "dance"')])
  expect(await refused('--prot', '1')).toEqual([2, expect.stringContaining("Unknown option '--prot'")])
  expect(await refused('--port', 'x')).toEqual([2, expect.stringContaining('--port must be a whole number from 0 up')])
  expect(await refused('--quality', 'best')).toEqual([2, expect.stringContaining('--quality must be lossless, high')])
  expect(await refused('keys', 'create')).toEqual([2, expect.stringContaining('needs a --name')])
  expect(await refused('keys', 'create', '--name', 'a', '--allow', 'home')).toEqual([
    2,
    expect.stringContaining('CIDR'),
  ])
  expect(await refused('keys', 'revoke', 'nobody')).toEqual([2, expect.stringContaining('There is no key nobody')])
  expect(await refused('--port', '1', '--host', '256.0.0.1')).toEqual([
    1,
    expect.stringMatching(/^getaddrinfo|^listen/),
  ])
})

test('keys are listed without the key, and credits are given', async () => {
  const made = await newKey(folder, '--credits', '3')
  expect(made.key).toMatch(/^fast_prod_[\w-]{43}$/)
  expect(await command(['credits', 'grant', '--account', made.account, '--credits', '4', '--data', folder])).toBe(
    'available  7\n',
  )
  const listed = await command(['keys', 'list', '--data', folder])
  expect(listed).toContain(`${made.id}  valid    account ${made.account}  7 credits  test`)
  expect(listed).not.toContain(made.key)
})
