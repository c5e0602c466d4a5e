import type { IncomingMessage } from 'node:http'
import { TooManyBytesError, type Written } from '../blobs/blobs.js'
import type { Compressor } from '../compress/formats.js'
import { ApiError } from '../errors.js'
import { inputBlob } from '../jobs/perform.js'
import type { Service } from '../service.js'
import { type NamedFile, parseFileName } from './file-name.js'
import { readForm } from './form.js'

/** A file that lies complete under its job's name. */
export interface Received extends NamedFile, Written {}

/** Where a file goes, and which are taken. */
export interface Target {
  readonly id: string
  readonly only: Compressor | undefined
}

/** Reads a multipart body, whose file goes to the disk while it comes. */
export function receiveForm(
  { blobs, options }: Service,
  req: IncomingMessage,
  { id, only }: Target,
): Promise<{ fields: ReadonlyMap<string, unknown>; file: Received | undefined }> {
  return readForm(req, async (name, stream) => {
    const named = parseFileName(name, only)
    return checkSize({ ...named, ...(await writeInput(blobs, id, stream, options.limits.fileBytes)) })
  })
}

/** Writes a job's input. @throws {ApiError} when it is larger than allowed. */
export async function writeInput(
  blobs: Service['blobs'],
  id: string,
  stream: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<Written> {
  try {
    return await blobs.write(inputBlob(id), stream, limit)
  } catch (error) {
    if (!(error instanceof TooManyBytesError)) throw error
    const megabytes = limit / 2 ** 20
    throw new ApiError('request.file_too_large', `A file has at most ${megabytes} MB.`, { fields: { megabytes } })
  }
}

/** @throws {ApiError} when there is nothing in a file. */
export function checkSize<T extends Written>(file: T): T {
  if (file.bytes === 0) throw new ApiError('request.empty_file', 'The file has no bytes.')
  return file
}
