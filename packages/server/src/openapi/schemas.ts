import { statuses } from '../errors.js'

// The bodies of answers, as JSON Schema. Tests hold what the server answers against them.

type Schema = Readonly<Record<string, unknown>>

const text = { type: 'string' } as const
const number = { type: 'number' } as const
const count = { type: 'integer', minimum: 0 } as const
const time = { type: 'string', format: 'date-time' } as const

/** An object whose members are all there; more may come. */
function object(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', required: Object.keys(properties), properties }
}

function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] }
}

const failure = object({ code: text, detail: text })

const output = object({
  fileName: text,
  contentType: text,
  fileCount: count,
  bytes: count,
  sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
  changed: { type: 'boolean', description: 'False when the input is the best there is, and so is the output.' },
  reason: orNull(text),
  quality: orNull({ type: 'number', description: 'SSIMULACRA2 score against the input.' }),
})

const job = object({
  id: { type: 'string', format: 'uuid' },
  status: { enum: ['Queued', 'Running', 'Succeeded', 'Failed', 'Canceled'] },
  fileName: { type: 'string', description: 'The uploaded name without its extension.' },
  format: text,
  creditCost: count,
  progress: object({ percent: { type: 'number', minimum: 0, maximum: 100 }, phase: orNull(text) }),
  stats: object({
    inputP50Bytes: orNull(number),
    inputMeanBytes: orNull(number),
    sampleCount: count,
    asOfUtc: time,
    validUntilUtc: time,
  }),
  timeline: object({
    uploadStartedAt: time,
    uploadFinishedAt: time,
    queuedAt: time,
    startedAt: orNull(time),
    completedAt: orNull(time),
    expiresAt: orNull(time),
  }),
  queue: object({ pool: text, position: count, weight: number, totalQueued: count, estimate: orNull(text) }),
  metrics: object({
    inputBytes: count,
    outputBytes: count,
    creditCost: count,
    uploadMs: count,
    processingMs: count,
    totalMs: count,
  }),
  error: orNull(failure),
  output: orNull(output),
})

const costing = object({
  strategy: text,
  baseCost: count,
  increment: number,
  incrementUnit: text,
  displaySuffix: text,
})
const limits = object({ maxFileSizeBytes: count })

const compressor = object({
  name: text,
  job: text,
  category: { enum: ['images', 'documents'] },
  endpoint: text,
  extensions: { type: 'array', items: text },
  costing,
  limits,
  options: { type: 'array', items: text },
  formatGraph: { type: 'object', additionalProperties: { type: 'array', items: text } },
})

/** By the names that paths refer to. */
export const schemas: Readonly<Record<string, Schema>> = {
  Job: job,
  Error: object({ error: { enum: Object.keys(statuses) }, detail: orNull(text) }),
  Compressors: object({ compressors: { type: 'array', items: compressor } }),
  Estimate: object({
    job: text,
    category: text,
    estimatedCredits: count,
    costing,
    inputs: object({ fileSizeBytes: orNull(number), fileSizeMb: orNull(number) }),
    limits,
  }),
  Entitlements: object({
    userId: text,
    organizationId: text,
    planId: text,
    planName: text,
    accessDisplayName: text,
    totalCredits: count,
    planCredits: count,
    loyaltyCredits: count,
    walletCredits: count,
    reservedCredits: count,
    source: text,
    tier: text,
  }),
  Health: object({ status: { const: 'ok' }, queued: count, running: count }),
}
