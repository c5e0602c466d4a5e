import type { Engine as Codecs, CompressResult, Verification } from '@compress-fast/engine'
import { compressibleFormats, engineVersion } from '@compress-fast/engine/sniff'
import { type CompressionError, damagedAsset, EngineFailedError, EngineUnavailableError } from '../errors.js'
import type { AssetSettings } from '../types.js'
import type { Engine, EngineAnswer, EngineRequest } from './engine.js'

/** The engine on this machine, and its eyes for what other engines made. */
export interface LocalEngine extends Engine {
  /** Decodes a result next to its source. Why it must not ship, or `null`. */
  check(source: Uint8Array, result: Uint8Array, settings: AssetSettings, signal: AbortSignal): Promise<string | null>
}

/**
 * Makes the engine on this machine. Its processes start with the first file that needs one; until then nothing but
 * its version is known.
 */
export function createLocalEngine(): LocalEngine {
  let codecs: Promise<Codecs> | undefined
  const open = () => (codecs ??= openCodecs())
  return {
    id: 'local',
    version: engineVersion(),
    formats: [...compressibleFormats],
    compress: async (bytes, request) => answerOf(await compress(await open(), bytes, request), request),
    async check(source, result, { resize }, signal) {
      const verification = await verify(source, result, { resize, signal })
      return verification.ok ? null : verification.why
    },
    async close() {
      await (await codecs)?.close()
    },
  }

  async function verify(
    source: Uint8Array,
    result: Uint8Array,
    options: Pick<AssetSettings, 'resize'> & { readonly signal: AbortSignal },
  ): Promise<Verification> {
    try {
      return await (await open()).verify(source, result, options)
    } catch (error) {
      // Where codecs are not installed, there are the headers, which somebody else has compared.
      if (error instanceof Error && 'code' in error && isMissing.has(String(error.code))) return { ok: true }
      throw error
    }
  }
}

// The pipeline's queue is the limit; the engine's own must only never be below it.
const mostProcesses = 256

/** Loaded late, as a build that finds everything in its cache has no use for it. */
async function openCodecs(): Promise<Codecs> {
  const { createEngine } = await import('@compress-fast/engine')
  return createEngine({ concurrency: mostProcesses })
}

async function compress(codecs: Codecs, bytes: Uint8Array, request: EngineRequest): Promise<CompressResult> {
  const { format, settings, signal } = request
  try {
    return await codecs.compress(bytes, { ...settings, format, signal })
  } catch (cause) {
    if (signal.aborted) throw new EngineFailedError('ENGINE_FAILED', 'the build was stopped.', { cause })
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new EngineUnavailableError(`The engine on this machine cannot work: ${message}`, {
      cause,
      hint: 'Files ship as they are. Reinstall the dependencies with optional ones included.',
    })
  }
}

const isMissing = new Set(['CODEC_UNAVAILABLE', 'ERR_MODULE_NOT_FOUND'])

function answerOf(result: CompressResult, { format }: EngineRequest): EngineAnswer {
  const { bytes, changed, quality } = result
  if (changed) return { gain: true, bytes, quality }
  const failure = failureOf(result, format)
  if (failure) throw failure
  return { gain: false, reason: result.reason ?? 'no-gain' }
}

function failureOf({ reason, detail }: CompressResult, format: string): CompressionError | undefined {
  switch (reason) {
    case 'broken':
      return damagedAsset(format, detail)
    case 'timeout':
      return new EngineFailedError('ENGINE_TIMEOUT', 'compressing it took too long and was stopped.', {
        hint: "It ships as it is. List it in `exclude`, or use `effort: 'fast'` for its format.",
      })
    case 'crashed':
      return new EngineFailedError('ENGINE_CRASHED', 'the process that compressed it died.', {
        hint: 'It ships as it is. List it in `exclude`, and please report the file.',
      })
    case 'quarantined':
      return new EngineFailedError('ENGINE_QUARANTINED', 'it ended two processes before and is left alone.', {
        hint: 'It ships as it is. List it in `exclude`, and please report the file.',
      })
    default:
      return undefined
  }
}
