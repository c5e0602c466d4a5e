import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { type CompressResult, createEngine } from '@compress-fast/engine'
import { createGate } from './gate.js'
import type { FromRunner, Lost, Result, Task, ToRunner } from './protocol.js'
import { isLeftToEngine, ResizeError, resizePicture } from './resize.js'

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
  const outcome = await compress(task, controller.signal).catch(toOutcome)
  running.delete(id)
  const message: FromRunner = { id, outcome }
  process.send?.(message)
}

function toOutcome(error: unknown): Result | Lost {
  if (error instanceof ResizeError) return { ...unresized, detail: error.message }
  return { kind: 'lost', detail: error instanceof Error ? error.message : String(error) }
}

const unresized = {
  kind: 'result',
  format: null,
  changed: false,
  reason: 'broken',
  quality: null,
  bytes: 0,
  digest: '',
} as const

async function compress({ input, output, settings, resize }: Task, signal: AbortSignal): Promise<Result> {
  await gate.enter(signal)
  try {
    const source = await readFile(input, { signal })
    const { bytes, format, changed, reason, quality, detail } = await shrink(source)
    if (changed) await writeFile(output, bytes, { mode: 0o600 })
    const digest = createHash('sha256').update(bytes).digest('hex')
    return { kind: 'result', format, changed, reason, quality, detail, bytes: bytes.length, digest }
  } finally {
    gate.leave()
  }

  /** Who asked for fewer pixels gets them also where the engine does not scale, or finds no fewer bytes that way. */
  async function shrink(source: Uint8Array): Promise<CompressResult> {
    const options = { ...settings, signal }
    if (resize === undefined) return engine.compress(source, options)
    const found = isLeftToEngine(source, resize) ? await engine.compress(source, { ...options, resize }) : undefined
    if (found && found.reason !== 'no-gain') return found
    const resized = await resizePicture({ input, output, resize, source, signal })
    if (resized) return { ...(await engine.compress(resized, options)), changed: true, reason: null }
    return found ?? engine.compress(source, options)
  }
}
