import { fork } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { inspect } from '@compress-fast/engine/inspect'
import type { Resize } from './protocol.js'

/** A picture to make smaller in pixels. */
export interface ResizeTask {
  readonly input: string
  /** Where the smaller picture may lie for a while. */
  readonly output: string
  readonly resize: Resize
  /** The input's bytes. */
  readonly source: Uint8Array
  readonly signal: AbortSignal
}

/** A picture that cannot be made smaller in pixels, most often because it is damaged. */
export class ResizeError extends Error {
  override readonly name = 'ResizeError'

  constructor(how: string) {
    super(`the picture could not be resized (the process ended with ${how})`)
  }
}

/** Ten times what the largest picture that the engine takes needed. */
const DEADLINE_MS = 120_000
/** The engine's own bound; a larger canvas is left to it to refuse. */
const MOST_PIXELS = 50e6

/**
 * A picture with fewer pixels, nearly without loss, for the engine to compress. `undefined` when it has no more pixels
 * than wanted, or is nothing that is resized: a drawing, which has none, or a file that the engine will refuse.
 *
 * @throws {ResizeError} when the resizing process fails; the signal's reason once it aborts.
 */
export async function resizePicture(task: ResizeTask): Promise<Uint8Array | undefined> {
  const { input, output, signal } = task
  const size = targetSize(task)
  if (size === undefined) return undefined
  const resized = `${output}.resized`
  try {
    await runProgram([input, resized, String(size)], signal)
    return await readFile(resized)
  } finally {
    await rm(resized, { force: true })
  }
}

/** The longest edge to become, in pixels. */
function targetSize({ source, resize }: ResizeTask): number | undefined {
  const facts = readFacts(source)
  if (facts === undefined || facts.format === 'svg') return undefined
  if (facts.traits.has('apng') || facts.traits.has('sequence')) return undefined
  if (facts.width * facts.height * facts.frames > MOST_PIXELS) return undefined
  const longest = Math.max(facts.width, facts.height)
  const wanted =
    'longestEdge' in resize ? resize.longestEdge : Math.max(1, Math.round((longest * resize.percentage) / 100))
  return wanted < longest ? wanted : undefined
}

function readFacts(source: Uint8Array): NonNullable<ReturnType<typeof inspect>> | undefined {
  try {
    return inspect(source) ?? undefined
  } catch {
    // A broken picture: the engine says so in its own words.
    return undefined
  }
}

/** Decoders of other people's files run where they can be killed. */
function runProgram(args: readonly string[], signal: AbortSignal): Promise<void> {
  const program = fileURLToPath(new URL('./resize-main.js', import.meta.url))
  // libvips leaves out every operation that its authors call unsafe for hostile input.
  const env = { ...process.env, VIPS_BLOCK_UNTRUSTED: '1', VIPS_CONCURRENCY: '1' }
  const child = fork(program, [...args], {
    execArgv: [],
    env,
    signal,
    killSignal: 'SIGKILL',
    timeout: DEADLINE_MS,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, killed) => {
      if (code === 0) resolve()
      else reject(new ResizeError(killed ?? `code ${code}`))
    })
  })
}
