import { fork } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Format, resizedDimensions, type Size } from '@compress-fast/engine'
import { inspect, targetSize } from '@compress-fast/engine/inspect'
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
 * than wanted, or is nothing that is resized: a drawing, which has none, a scan, an icon, a document, or a file that the engine refuses.
 *
 * @throws {ResizeError} when the resizing process fails; the signal's reason once it aborts.
 */
export async function resizePicture(task: ResizeTask): Promise<Uint8Array | undefined> {
  const { input, output, signal } = task
  const size = wantedSize(task)
  if (size === undefined) return undefined
  const smaller = `${output}.resized`
  try {
    await runProgram([input, smaller, String(size.width), String(size.height)], signal)
    return await readFile(smaller)
  } finally {
    await rm(smaller, { force: true })
  }
}

/** What the program beside this writes as what it was. Drawings have no pixels; scans and icons keep theirs. */
const resized: ReadonlySet<Format> = new Set<Format>(['jpeg', 'png', 'gif', 'webp', 'avif'])

/** The size to become. */
function wantedSize({ source, resize }: ResizeTask): Size | undefined {
  const facts = readFacts(source)
  if (facts === undefined || !resized.has(facts.format)) return undefined
  if (facts.traits.has('apng') || facts.traits.has('sequence')) return undefined
  const { width, height, frames } = facts
  if (width * height * frames > MOST_PIXELS) return undefined
  const size = resizedDimensions(width, height, resize)
  return size.width < width || size.height < height ? size : undefined
}

/** Whether the engine itself scales a file, at a quality that it measures: most pictures, and those inside documents. */
export function isLeftToEngine(source: Uint8Array, resize: Resize): boolean {
  const facts = readFacts(source)
  // A document, or a file that it will refuse in its own words.
  if (facts === undefined) return true
  const { width, height } = targetSize(source, facts, resize)
  return width !== facts.width || height !== facts.height
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
