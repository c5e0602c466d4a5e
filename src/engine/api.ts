import { hash } from 'node:crypto'
import type { JobRequest, JobResult } from '../api/job.js'
import type { ServiceSettings, Surroundings } from '../api/open-service.js'
import type { Service } from '../api/service.js'
import { type CompressionError, EngineFailedError, isCompressionError, KeyRejectedError } from '../errors.js'
import type { Format } from '../types.js'
import { sleep } from '../util/sleep.js'
import type { Engine, EngineAnswer, EngineRequest } from './engine.js'

/** What the engine of the service is made of. */
export interface ApiEngineParts extends Surroundings {
  /** `null` without a key: every file is then told that there is none. */
  readonly settings: ServiceSettings | null
  /** Looks at a result next to its source. Why it must not ship, or `null`. */
  readonly verify: (request: EngineRequest, source: Uint8Array, result: Uint8Array) => Promise<string | null>
}

// What builds have and the service documents. Whether it keeps the format of others is not said.
const formats: readonly Format[] = ['jpeg', 'png', 'gif', 'webp', 'avif', 'pdf', 'docx', 'pptx']

// What was paid for and is safe here is deleted there. Longer than this no build waits for it; it expires by itself.
const longestFarewellMs = 3000

/** Makes the engine that has its work done by the Compress.FAST service, or by a server with the same API. */
export function createApiEngine({ settings, verify, ...surroundings }: ApiEngineParts): Engine {
  let opening: Promise<Opened> | undefined
  let opened: Opened | undefined
  // Why nothing more is begun in this build.
  let stopped: CompressionError | undefined
  let untold = 0
  const farewells = new Set<Promise<void>>()

  return {
    id: 'api',
    // The service tells of no version. Raised when what is sent to it changes.
    version: '1',
    formats,
    // It decides on quality by itself. What asks for a promise that it does not make is not sent.
    relevant: ({ quality, metadata, resize }) =>
      quality === 'lossless' || metadata === 'all' || resize !== undefined ? null : {},
    async compress(bytes, request) {
      const { service, runJob } = await open()
      if (stopped) throw stopped
      try {
        return answerOf(await runJob(jobOf(bytes, request), service))
      } catch (error) {
        const failure = failureOf(error, request.signal)
        if (failure.scope === 'run') stopped = failure
        throw failure
      }
    },
    takeCredits() {
      const credits = untold + (opened?.service.spending.take() ?? 0)
      untold = 0
      return credits
    },
    async close() {
      const ending = await opening?.catch(() => undefined)
      opening = stopped = undefined
      if (!ending) return
      const { client, ledger, spending } = ending.service
      await farewell()
      untold += spending.take()
      opened = undefined
      await ledger.close()
      await client.close()
    },
  }

  async function open(): Promise<Opened> {
    if (settings === null) throw noKey()
    opening ??= openLate(settings, surroundings)
    opened = await opening
    return opened
  }

  function jobOf(bytes: Uint8Array, request: EngineRequest): JobRequest {
    const { format, signal } = request
    const check = (output: Uint8Array) => verify(request, bytes, output)
    return { bytes, digest: hash('sha256', bytes), format, verify: check, signal }
  }

  function answerOf({ outcome, release }: JobResult): EngineAnswer {
    const whenStored = () => {
      const ending = release().finally(() => farewells.delete(ending))
      farewells.add(ending)
    }
    if (outcome.gain) return { ...outcome, quality: null, release: whenStored }
    return { gain: false, reason: outcome.reason, release: whenStored }
  }

  async function farewell(): Promise<void> {
    const enough = new AbortController()
    const patience = sleep(longestFarewellMs, enough.signal).catch(() => undefined)
    await Promise.race([Promise.all(farewells), patience])
    enough.abort()
  }
}

interface Opened {
  readonly service: Service
  readonly runJob: (request: JobRequest, service: Service) => Promise<JobResult>
}

/** A build that finds everything in its cache has no use for any of this. */
async function openLate(settings: ServiceSettings, surroundings: Surroundings): Promise<Opened> {
  const [{ openService }, { runJob }] = await Promise.all([import('../api/open-service.js'), import('../api/job.js')])
  return { service: openService(settings, surroundings), runJob }
}

function failureOf(error: unknown, signal: AbortSignal): CompressionError {
  if (signal.aborted) return new EngineFailedError('ENGINE_FAILED', 'the build was stopped.', { cause: error })
  if (isCompressionError(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  return new EngineFailedError('ENGINE_FAILED', `The engine failed: ${message}`, { cause: error })
}

function noKey(): KeyRejectedError {
  return new KeyRejectedError('There is no API key for the Compress.FAST service.', {
    hint: "Files ship as they are. Set TOOLS_FAST_API_KEY or `api.key`, or `engine: 'local'` to work without it.",
  })
}
