import type { FailedReason, Format, Reason } from '@compress-fast/engine'
import { extensionsOf, mimeOf } from '@compress-fast/engine/sniff'
import type { BlobStore } from '../blobs/blobs.js'
import type { Result, Settings } from '../compress/protocol.js'
import type { Runner } from '../compress/runner.js'
import type { Ending } from '../store/store.js'
import type { Job, Output } from './job.js'
import { resizeFor, settingsFor } from './settings.js'

export interface PerformTools {
  readonly blobs: BlobStore
  readonly runner: Runner
  readonly settings: Settings
}

export function inputBlob(id: string): string {
  return `input/${id}`
}

/** A name of its own for each attempt, so that one that came too late takes nothing away. */
function outputBlob({ id, attempt }: Job): string {
  return `output/${id}.${attempt}`
}

/**
 * Compresses a job's file and puts the result where clients get it. Nothing of the job's row is changed.
 * @throws the signal's reason once it aborts.
 */
export async function perform(
  job: Job,
  { blobs, runner, settings }: PerformTools,
  signal: AbortSignal,
): Promise<Ending | { readonly lost: string }> {
  const input = await blobs.checkOut(inputBlob(job.id))
  if (input === undefined) return failed('job.input_missing', 'the uploaded file is not there any more')
  const scratch = blobs.scratch()
  try {
    const resize = resizeFor(job.options)
    const task = { input: input.path, output: scratch, settings: settingsFor(job.options, settings), resize }
    const result = await runner.run(task, signal)
    if (result.kind === 'lost') return { lost: result.detail }
    const { format } = result
    const failure = failureOf(result)
    if (failure !== undefined || format === null) return failed(failure ?? 'job.unsupported_format', detailOf(result))
    const blob = outputBlob(job)
    if (result.changed) await blobs.adopt(scratch, blob)
    else await blobs.copy(inputBlob(job.id), blob)
    return { status: 'Succeeded', output: describe(job, blob, result, format) }
  } finally {
    await input.release()
  }
}

function describe(job: Job, blob: string, result: Result, format: Format): Output {
  const { bytes, digest, changed, reason, quality } = result
  return { blob, fileName: nameFor(job, format), contentType: mimeOf(format), bytes, digest, changed, reason, quality }
}

/** The uploaded name, with another extension where the content is not what the name said. */
function nameFor({ fileName, format: extension }: Job, format: Format): string {
  const known = extensionsOf(format)
  return known.includes(extension) ? fileName : `${fileName.slice(0, -extension.length)}${known[0]}`
}

const failures: Readonly<Partial<Record<Reason, string>>> = {
  broken: 'job.invalid_file',
  timeout: 'job.timeout',
  crashed: 'job.crashed',
  quarantined: 'job.crashed',
  'unsupported-format': 'job.unsupported_format',
} satisfies Record<FailedReason | 'unsupported-format', string>

function failureOf({ reason }: Result): string | undefined {
  return reason === null ? undefined : failures[reason]
}

function detailOf({ detail, format }: Result): string {
  return detail ?? (format === null ? 'the content is of no known format' : `nothing here compresses ${format}`)
}

function failed(code: string, detail: string): Ending {
  return { status: 'Failed', failure: { code, detail } }
}
