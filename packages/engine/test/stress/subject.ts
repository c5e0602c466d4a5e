import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CompressOptions, EngineOptions } from '@compress-fast/engine'
import { isAlive, watchMemory } from './processes.js'
import type { Outcome, Question, Reply } from './protocol.js'

/** How a program under stress ended, and what it left behind. */
export interface End {
  readonly code: number | null
  readonly signal: string | null
  /** All it wrote: warnings, unhandled rejections, complaints of libraries. */
  readonly output: string
  /** Files in its temporary folder. */
  readonly files: readonly string[]
  /** Its processes that are still there, zombies included. */
  readonly processes: readonly number[]
  /** Most bytes resident at one moment in it and all its processes; 0 where that cannot be seen. */
  readonly peakMemory: number
}

/** A program that uses an engine, seen from outside. */
export interface Subject {
  readonly pid: number
  /** Rejects when the program ends without an answer. */
  compress(bytes: Uint8Array, options?: CompressOptions): Promise<Outcome>
  /** Closes the engine and waits for the program to end by itself; kills one that does not. */
  end(): Promise<End>
}

/** An idle program with a closed engine ends at once; this is for slow machines. */
const END_MS = 20_000

/** Starts a program with an engine of these bounds and a temporary folder of its own. */
export async function startSubject(options: EngineOptions = {}): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'compress-fast-stress-'))
  const child = fork(fileURLToPath(new URL('subject.mjs', import.meta.url)), {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder, NODE_OPTIONS: '' },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text))
  const exited = once(child, 'exit')
  const pid = child.pid ?? 0
  const memory = watchMemory(pid)
  const waiting = new Map<number, { resolve(outcome: Outcome): void; reject(error: Error): void }>()
  let closed: readonly number[] | undefined
  let last = 0

  child.on('message', (message) => {
    // Only the program beside this file writes to the channel.
    const reply = message as Reply
    if (reply.kind === 'closed') closed = reply.pids
    if (reply.kind !== 'result') return
    waiting.get(reply.id)?.resolve(reply)
    waiting.delete(reply.id)
  })
  child.once('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`the program ended with ${signal ?? code}: ${output}`))
  })

  function ask(question: Question): void {
    child.send(question, () => {})
  }

  function compress(bytes: Uint8Array, asked: CompressOptions = {}): Promise<Outcome> {
    const id = ++last
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      ask({ kind: 'compress', id, bytes, options: asked })
    })
  }

  async function end(): Promise<End> {
    const known = memory.pids()
    ask({ kind: 'close' })
    const late = setTimeout(() => child.kill('SIGKILL'), END_MS)
    const [code, signal] = await exited
    clearTimeout(late)
    const peakMemory = memory.stop()
    const files = await readdir(folder)
    await rm(folder, { recursive: true, force: true })
    return { code, signal, output, files, processes: [...(closed ?? []), ...known.filter(isAlive)], peakMemory }
  }

  await once(child, 'message')
  ask({ kind: 'open', options })
  return { pid, compress, end }
}
