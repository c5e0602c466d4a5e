import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const cli = resolve(import.meta.dirname, '../dist/cli.js')
const run = promisify(execFile)

/** A key as the command made it. */
export interface MadeKey {
  readonly key: string
  readonly id: string
  readonly account: string
}

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string
  readonly process: ChildProcess
  /** All it wrote. */
  output(): string
  /** Ends it as a service manager does. Resolves to its exit code. */
  stop(): Promise<number | null>
  /** Ends it as a power cut does. */
  kill(): Promise<void>
}

export function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'compress-fast-server-'))
}

export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** Runs a command of the command line. */
export async function command(args: readonly string[]): Promise<string> {
  return (await run(process.execPath, [cli, ...args])).stdout
}

export async function newKey(folder: string, ...args: string[]): Promise<MadeKey> {
  const printed = await command(['keys', 'create', '--name', 'test', '--data', folder, ...args])
  const [key = '', id = '', account = ''] = printed
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/)[1] ?? '')
  return { key, id, account }
}

/** Starts the command line's server and waits until it listens. */
export function startServer(folder: string, ...args: string[]): Promise<ServerProcess> {
  return follow(spawn(process.execPath, [cli, '--data', folder, '--port', '0', ...args]))
}

/** Starts a server with options that no command line has; `setup` names a module beside `workers/serve.mjs`. */
export function startWorker(options: Readonly<Record<string, unknown>>): Promise<ServerProcess> {
  const worker = resolve(import.meta.dirname, 'workers/serve.mjs')
  return follow(spawn(process.execPath, [worker, JSON.stringify(options)]))
}

async function follow(child: ChildProcess): Promise<ServerProcess> {
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text))
  const gone = once(child, 'exit')
  const started = () => /"event":"server.started","url":"([^"]+)"/.exec(output)?.[1]
  while (started() === undefined && child.exitCode === null && child.signalCode === null) await sleep(5)
  const url = started()
  if (url === undefined) throw new Error(`The server did not start:\n${output}`)
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await gone
  }
  return {
    url,
    process: child,
    output: () => output,
    async stop() {
      await end('SIGTERM')
      return child.exitCode
    },
    kill: () => end('SIGKILL'),
  }
}

export function fixture(name: string): Promise<Buffer> {
  return readFile(resolve(import.meta.dirname, '../../../test/fixtures', name))
}
