import { type Compressor, compressorFor } from '../compress/formats.js'
import { ApiError } from '../errors.js'

/** A name's longest part that is kept, in characters, the extension included. */
const LONGEST = 200

export interface NamedFile {
  readonly fileName: string
  /** In lower case, without a dot. */
  readonly extension: string
  readonly compressor: Compressor
}

/**
 * Reads an uploaded file's name: its last part, without what could steer a terminal or a header.
 * @throws {ApiError} when the extension is none that `only`, or any compressor, takes.
 */
export function parseFileName(text: string, only?: Compressor): NamedFile {
  const base = text.split(/[\\/]/).at(-1) ?? ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go.
  const clean = base.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069"]/g, '').trim()
  const dot = clean.lastIndexOf('.')
  const extension = dot < 0 ? '' : clean.slice(dot + 1).toLowerCase()
  const compressor = compressorFor(extension)
  if (compressor === undefined || (only && !takes(only, compressor))) throw refusal(extension)
  const stem = clean.slice(0, dot).slice(0, LONGEST - extension.length - 1) || 'file'
  return { fileName: `${stem}.${clean.slice(dot + 1)}`, extension, compressor }
}

function takes(only: Compressor, compressor: Compressor): boolean {
  return compressor.formats.every((format) => only.formats.includes(format))
}

function refusal(extension: string): ApiError {
  const what = extension === '' ? 'A file name without an extension' : `The extension ${JSON.stringify(extension)}`
  return new ApiError('request.invalid_extension', `${what} is not accepted here. See GET /compress/compressors.`)
}
