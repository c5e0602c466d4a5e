// What the server answers, read once.

/** How a job is. */
export interface Job {
  readonly id: string
  readonly status: 'Queued' | 'Running' | 'Succeeded' | 'Failed' | 'Canceled'
  /** From 1 up while it waits. */
  readonly position: number
  readonly totalQueued: number
  readonly error: { readonly code: string; readonly detail: string } | undefined
  readonly output: Output | undefined
}

export interface Output {
  readonly fileName: string
  readonly bytes: number
  /** Why the output is the input; `undefined` when it is not. */
  readonly reason: string | undefined
}

/** What one kind of compression takes. */
export interface Compressor {
  readonly extensions: readonly string[]
  readonly options: readonly string[]
  readonly mostBytes: number
}

type Members = Readonly<Record<string, unknown>>

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

const statuses = ['Queued', 'Running', 'Succeeded', 'Failed', 'Canceled'] as const

/** @throws {TypeError} on what is no job. */
export function parseJob(value: unknown): Job {
  const { id, status, queue, error, output } = members(value)
  const known = statuses.find((name) => name === status)
  if (known === undefined || text(id) === '') throw new TypeError('The server answered something that is no job.')
  const { position, totalQueued } = members(queue)
  return {
    id: text(id),
    status: known,
    position: number(position),
    totalQueued: number(totalQueued),
    error: error ? { code: text(members(error)['code']), detail: text(members(error)['detail']) } : undefined,
    output: output ? parseOutput(members(output)) : undefined,
  }
}

function parseOutput({ fileName, bytes, changed, reason }: Members): Output {
  return { fileName: text(fileName), bytes: number(bytes), reason: changed === false ? text(reason) : undefined }
}

export function parseCompressors(value: unknown): Compressor[] {
  const { compressors } = members(value)
  if (!Array.isArray(compressors)) return []
  return compressors.map(members).map(({ extensions, options, limits }) => ({
    extensions: texts(extensions),
    options: texts(options),
    mostBytes: number(members(limits)['maxFileSizeBytes']),
  }))
}

/** Credits that can be spent. */
export function parseCredits(value: unknown): number {
  return number(members(value)['totalCredits'])
}

/** An answer that is no success. */
export interface Problem {
  readonly code: string
  readonly detail: string
  /** Of a lack of credits. */
  readonly required: number
  readonly available: number
}

export function parseProblem(body: string): Problem {
  const { error, detail, required, available } = members(jsonIn(body))
  return { code: text(error), detail: text(detail), required: number(required), available: number(available) }
}

/** `undefined` for what is no JSON, such as the page of a proxy in between. */
export function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
