import { hash } from 'node:crypto'
import type { JobRequest, JobResult } from '../api/job.js'
import type { ServiceSettings, Surroundings } from '../api/open-service.js'
import type { Service } from '../api/service.js'
import type { UploadOptions } from '../api/upload.js'
import {
  type CompressionError,
  damagedAsset,
  EngineFailedError,
  isCompressionError,
  KeyRejectedError,
} from '../errors.js'
import type { AssetSettings, Format, Scale } from '../types.js'
import { sleep } from '../util/sleep.js'
import type { Engine, EngineAnswer, EngineRequest, Survey } from './engine.js'

/** What the engine of the service is made of. */
export interface ApiEngineParts extends Surroundings {
  /** `null` without a key: every file is then told that there is none. */
  readonly settings: ServiceSettings | null
  /** Reads a file's own structure before it is sent, so that nobody pays for what can come to nothing. */
  readonly survey: (format: Format, source: Uint8Array, resize: Scale | undefined) => Promise<Survey>
  /** Looks at a result next to its source. Why it must not ship, or `null`. */
  readonly verify: (request: EngineRequest, source: Uint8Array, result: Uint8Array) => Promise<string | null>
}

// What builds have and the service documents. Whether it keeps the format of others is not said.
const formats: readonly Format[] = ['jpeg', 'png', 'gif', 'webp', 'avif', 'pdf', 'docx', 'pptx']

// What was paid for and is safe here is deleted there. Longer than this no build waits for it; it expires by itself.
const longestFarewellMs = 3000

/** Makes the engine that has its work done by the Compress.FAST service, or by a server with the same API. */
export function createApiEngine({ settings, survey, verify, ...surroundings }: ApiEngineParts): Engine {
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
    relevant,
    async compress(bytes, request) {
      const { service, runJob, resizeOptions } = await open()
      if (stopped) throw stopped
      const { format, settings: asked } = request
      const found = await survey(format, bytes, relevant(asked, format)?.resize)
      if (found.damage !== null) throw damagedAsset(format, found.damage)
      const options = found.scale && resizeOptions(found.scale)
      try {
        return answerOf(await runJob({ ...jobOf(bytes, request), options }, service))
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
      for (const id of await ledger.leftovers()) sayFarewell(client.delete(id))
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
    const whenStored = () => sayFarewell(release())
    if (outcome.gain) return { ...outcome, quality: null, release: whenStored }
    return { gain: false, reason: outcome.reason, release: whenStored }
  }

  function sayFarewell(deletion: Promise<void>): void {
    const ending = deletion.catch(() => undefined).finally(() => farewells.delete(ending))
    farewells.add(ending)
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
  readonly resizeOptions: (scale: Scale) => UploadOptions
}

/** A build that finds everything in its cache has no use for any of this. */
async function openLate(settings: ServiceSettings, surroundings: Surroundings): Promise<Opened> {
  const [{ openService }, { runJob }, { resizeOptions }] = await Promise.all([
    import('../api/open-service.js'),
    import('../api/job.js'),
    import('../api/upload.js'),
  ])
  return { service: openService(settings, surroundings), runJob, resizeOptions }
}

/**
 * The service decides on quality by itself; of all settings it knows `resize` alone, and that not for PDFs. What asks for
 * a promise that it does not make is not sent.
 */
function relevant({ quality, metadata, resize }: AssetSettings, format: Format): { resize?: Scale } | null {
  if (quality === 'lossless' || metadata === 'all') return null
  if (resize === undefined || keepsSize(format, resize)) return {}
  return format === 'pdf' ? null : { resize }
}

/** Files whose pictures stay as they are whoever compresses them: see `resize` in the options. */
function keepsSize(format: Format, resize: Scale): boolean {
  return format === 'gif' || (format === 'pdf' && 'percent' in resize)
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
