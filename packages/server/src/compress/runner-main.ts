import { createHash } from 'node:crypto'
import { open, readFile, rm } from 'node:fs/promises'
import { createEngine } from '@compress-fast/engine'
import { createGate } from './gate.js'
import type { FromRunner, Lost, Result, Task, ToRunner } from './protocol.js'

// The program of the compressing process: reads files when the engine has room for them, until the server is gone.

const concurrency = Number(process.argv[2])
const engine = createEngine({ concurrency })
// Waiting tasks must not wait with their bytes in memory.
const gate = createGate(concurrency)
const running = new Map<number, AbortController>()

process.on('disconnect', () => process.exit(0))

process.on('message', (message) => {
  // Only the server writes to this channel.
  const told = message as ToRunner
  if (told.type === 'cancel') running.get(told.id)?.abort()
  else void answer(told.id, told.task)
})

async function answer(id: number, task: Task): Promise<void> {
  const controller = new AbortController()
  running.set(id, controller)
  const outcome = await compress(task, controller.signal).catch(toLost)
  running.delete(id)
  const message: FromRunner = { id, outcome }
  process.send?.(message)
}

function toLost(error: unknown): Lost {
  return { kind: 'lost', detail: error instanceof Error ? error.message : String(error) }
}

async function compress({ input, output, settings }: Task, signal: AbortSignal): Promise<Result> {
  await gate.enter(signal)
  try {
    const source = await readFile(input, { signal })
    const { bytes, format, changed, reason, quality, detail } = await engine.compress(source, { ...settings, signal })
    if (changed) await write(output, bytes)
    const digest = createHash('sha256').update(bytes).digest('hex')
    return { kind: 'result', format, changed, reason, quality, detail, bytes: bytes.length, digest }
  } finally {
    gate.leave()
  }
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}
