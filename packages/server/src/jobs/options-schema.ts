import type { Compressor } from '../compress/formats.js'

/** A JSON Schema of draft 2020-12, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>

const draft = 'https://json-schema.org/draft/2020-12/schema'

const version = { const: 1, description: 'Version of this form. May be left out.' }

const resize = {
  type: 'object',
  description: 'Makes pictures smaller in pixels, in proportion, and never larger.',
  additionalProperties: false,
  properties: {
    enabled: { type: 'boolean', default: false },
    mode: { enum: ['pixels', 'percentage'], description: 'What `value` counts: the longest edge, or a scale.' },
    preset: {
      enum: ['off', '4k', '2k', '1080p', '720p', 'custom'],
      default: 'off',
      description: 'Longest edge of 3840, 2560, 1920 or 1280 pixels, or what `mode` and `value` say.',
    },
    value: { type: ['integer', 'null'], minimum: 1, maximum: 10_000 },
  },
  // A scale of 100 % or more would not make anything smaller.
  if: { properties: { mode: { const: 'percentage' } }, required: ['mode'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, in data that nobody awaits.
  then: { properties: { value: { maximum: 99 } } },
} as const

const smartCompression = {
  type: 'object',
  description: 'Whether pixels may change within the quality that this server keeps.',
  additionalProperties: false,
  properties: {
    enabled: { type: 'boolean', default: true },
    mode: { enum: ['lossy', 'lossless'], default: 'lossy' },
  },
} as const

/** What may be asked of a compressor. It is served as it stands, and what clients send is held against it. */
export function optionsSchema(compressor: Compressor): JsonSchema {
  const { name, job } = compressor
  const properties = {
    _schemaVersion: version,
    ...(resizes(compressor) && { resize }),
    ...(name === 'png' && { smartCompression }),
  }
  return {
    $schema: draft,
    $comment: `${name}: ${job}`,
    type: 'object',
    additionalProperties: false,
    properties,
  }
}

/** Pictures are made smaller in pixels, also those inside Office files; for PDFs the contract has no such option. */
function resizes({ category, name }: Compressor): boolean {
  return category === 'images' || name === 'office'
}
