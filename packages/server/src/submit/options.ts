import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Compressor } from '../compress/formats.js'
import { ApiError } from '../errors.js'
import type { JobOptions } from '../jobs/options.js'
import { optionsSchema } from '../jobs/options-schema.js'

const ajv = new Ajv2020({
  allErrors: false,
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
  strictTypes: false,
})
const validators = new Map<string, ValidateFunction<JobOptions>>()

/** @throws {ApiError} saying what the compressor does not know or take. */
export function parseOptions(value: unknown, compressor: Compressor): JobOptions {
  let validate = validators.get(compressor.name)
  if (validate === undefined) {
    validate = ajv.compile<JobOptions>(optionsSchema(compressor))
    validators.set(compressor.name, validate)
  }
  if (validate(value)) return value
  const [first] = validate.errors ?? []
  const where = `options${first?.instancePath.replaceAll('/', '.') ?? ''}`
  const name = first?.params['additionalProperty'] as string | undefined
  const what = name === undefined ? (first?.message ?? 'is not valid') : `must not have ${JSON.stringify(name)}`
  throw new ApiError('request.invalid_parameter', `\`${where}\` ${what}. See GET /compress/schema/${compressor.name}.`)
}
