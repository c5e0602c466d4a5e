import { amountOf, type Outside, objectOf, parseOutside, textOf } from '../util/outside-json.js'

// Everything that comes from outside becomes ours here. The service's pages disagree in places, and new fields are no
// breaking change to it: what is not needed is not looked at, and what may be missing is `null`.

/** Where a job is. `Unknown` is a word that came later than this code: such a job is looked at again. */
export type JobStatus = 'Queued' | 'Running' | 'Succeeded' | 'Failed' | 'Canceled' | 'Unknown'

/** What a submit is answered with. */
export interface Submitted {
  readonly id: string
  readonly status: JobStatus
  /** The charge, where it is told at once. */
  readonly credits: number | null
}

/** A job as it is now. */
export interface JobState {
  readonly id: string | null
  readonly status: JobStatus
  /** 0 to 100. */
  readonly percent: number | null
  readonly phase: string | null
  /** Jobs ahead of this one, where it is told. */
  readonly queuePosition: number | null
  readonly inputBytes: number | null
  /** Known for jobs that succeeded only: before that the service shows something else. */
  readonly outputBytes: number | null
  /** The charge, fixed when the job was submitted. */
  readonly credits: number | null
  readonly output: JobOutput | null
  readonly error: JobError | null
}

export interface JobOutput {
  readonly fileName: string | null
  readonly contentType: string | null
  readonly fileCount: number | null
}

/** Why a job failed. */
export interface JobError {
  readonly code: string
  readonly detail: string | null
}

/** What a file of a format costs. */
export interface Estimate {
  /** For the size that was asked about; without a size the least that any file costs. */
  readonly credits: number
  readonly costing: Costing | null
  /** Largest file that is taken. */
  readonly maxFileSizeBytes: number | null
}

/** How a price grows: `baseCost` for each begun `increment` megabytes (of 1,048,576 bytes), or one price for all. */
export interface Costing {
  readonly strategy: 'PerMegabyte' | 'Fixed'
  readonly baseCost: number
  readonly increment: number | null
}

/** What an account may spend. */
export interface Entitlements {
  readonly totalCredits: number
  readonly tier: string | null
}

/** An answer that is no success: what the service says about it. */
export interface Refusal {
  readonly code: string | null
  readonly detail: string | null
  /** The service's own word on whether to try again; most errors have none. */
  readonly isRetryable: boolean | null
}

/** Whether a text can be the id of a job. They are opaque, and become part of paths and of our own files. */
export function isJobId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(text)
}

/** `undefined` for an answer without an id that is fit to be one. */
export function parseSubmitted(bytes: Uint8Array): Submitted | undefined {
  const answer = parseOutside(bytes)
  const id = textOf(answer?.['id'])
  if (!answer || id === null || !isJobId(id)) return undefined
  return { id, status: statusOf(answer['status']), credits: creditsOf(answer) }
}

/** `undefined` for an answer that says nothing of a job's state. */
export function parseJob(bytes: Uint8Array): JobState | undefined {
  const answer = parseOutside(bytes)
  if (!answer || textOf(answer['status']) === null) return undefined
  const status = statusOf(answer['status'])
  const progress = objectOf(answer['progress'])
  const metrics = objectOf(answer['metrics'])
  return {
    id: textOf(answer['id']),
    status,
    percent: amountOf(progress?.['percent']),
    phase: textOf(progress?.['phase']),
    queuePosition: amountOf(objectOf(answer['queue'])?.['position']),
    inputBytes: amountOf(metrics?.['inputBytes']),
    outputBytes: status === 'Succeeded' ? amountOf(metrics?.['outputBytes']) : null,
    credits: creditsOf(answer),
    output: outputOf(objectOf(answer['output'])),
    error: status === 'Failed' ? jobErrorOf(answer['error']) : null,
  }
}

/** `undefined` for an answer without a price. */
export function parseEstimate(bytes: Uint8Array): Estimate | undefined {
  const answer = parseOutside(bytes)
  const credits = amountOf(answer?.['estimatedCredits'])
  if (!answer || credits === null) return undefined
  const maxFileSizeBytes = amountOf(objectOf(answer['limits'])?.['maxFileSizeBytes'])
  return { credits, costing: costingOf(objectOf(answer['costing'])), maxFileSizeBytes }
}

/** `undefined` for an answer without a balance. */
export function parseEntitlements(bytes: Uint8Array): Entitlements | undefined {
  const answer = parseOutside(bytes)
  const totalCredits = amountOf(answer?.['totalCredits'])
  return !answer || totalCredits === null ? undefined : { totalCredits, tier: textOf(answer['tier']) }
}

/** What an error answer says. One that says nothing readable is empty. */
export function parseRefusal(bytes: Uint8Array): Refusal {
  const answer = parseOutside(bytes)
  const isRetryable = answer?.['isRetryable']
  return {
    code: plain(textOf(answer?.['error']), 80),
    detail: plain(textOf(answer?.['detail']), 300),
    isRetryable: typeof isRetryable === 'boolean' ? isRetryable : null,
  }
}

/** Credits for a file of a size, or `null` where the price is not told in a way that is understood. */
export function priceOf({ strategy, baseCost, increment }: Costing, size: number): number | null {
  if (strategy === 'Fixed') return baseCost
  if (increment === null || increment === 0) return null
  return Math.max(baseCost, Math.ceil(size / (increment * 2 ** 20)) * baseCost)
}

function statusOf(value: unknown): JobStatus {
  switch (textOf(value)?.toLowerCase()) {
    case 'queued':
      return 'Queued'
    case 'running':
      return 'Running'
    case 'succeeded':
      return 'Succeeded'
    case 'failed':
      return 'Failed'
    case 'canceled':
    case 'cancelled':
      return 'Canceled'
    default:
      return 'Unknown'
  }
}

/** Older and newer answers have the charge in different places. */
function creditsOf(answer: Outside): number | null {
  return amountOf(objectOf(answer['metrics'])?.['creditCost']) ?? amountOf(answer['creditCost'])
}

function outputOf(output: Outside | undefined): JobOutput | null {
  if (!output) return null
  return {
    fileName: textOf(output['fileName']),
    contentType: textOf(output['contentType']),
    fileCount: amountOf(output['fileCount']),
  }
}

function jobErrorOf(value: unknown): JobError {
  const error = objectOf(value)
  const code = plain(textOf(error?.['code']) ?? textOf(value), 80)
  return { code: code ?? 'unknown', detail: plain(textOf(error?.['detail']), 300) }
}

function costingOf(costing: Outside | undefined): Costing | null {
  const strategy = costing?.['strategy']
  const baseCost = amountOf(costing?.['baseCost'])
  if (!costing || baseCost === null || (strategy !== 'PerMegabyte' && strategy !== 'Fixed')) return null
  return { strategy, baseCost, increment: amountOf(costing['increment']) }
}

/** Text of others as it may stand in our messages: one line, short, nothing that a terminal takes as a command. */
function plain(text: string | null, most: number): string | null {
  if (text === null) return null
  return (
    text
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim()
      .slice(0, most) || null
  )
}
