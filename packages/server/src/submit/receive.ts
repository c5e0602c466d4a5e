import type { IncomingMessage } from 'node:http'
import { TooManyBytesError, type Written } from '../blobs/blobs.js'
import type { Compressor } from '../compress/formats.js'
import { ApiError } from '../errors.js'
import { inputBlob } from '../jobs/perform.js'
import type { Service } from '../service.js'
import { fetchInput } from './fetch-input.js'
import { type NamedFile, parseFileName } from './file-name.js'
import { readForm } from './form.js'

/** A file that lies complete under its job's name. */
export interface Received extends NamedFile, Written {}

/** What a form may hold besides its file: twenty fields, and what stands between them. */
const MOST_FORM_BYTES = 2 * 2 ** 20

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

/** Fetches the file at an address to the disk. */
export async function receiveUrl(
  { blobs, options, fetches }: Service,
  { inputUrl, named, id }: { readonly inputUrl: string; readonly named: NamedFile; readonly id: string },
  { accountId, signal }: { readonly accountId: string; readonly signal: AbortSignal },
): Promise<Received> {
  const host = URL.canParse(inputUrl) ? new URL(inputUrl).hostname : ''
  return fetches.run(accountId, host, async () => {
    const stream = await fetchInput(inputUrl, options.network, signal)
    return checkSize({ ...named, ...(await writeFetched(blobs, id, stream, options.limits.fileBytes)) })
  })
}

/** Writes what comes from an address; that it stops coming is the address's fault. */
async function writeFetched(...[blobs, id, stream, limit]: Parameters<typeof writeInput>): Promise<Written> {
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      yield* stream
    } catch (error) {
      throw new ApiError('url_fetch.connection_failed', `The address stopped answering: ${String(error)}.`)
    }
  }
  return writeInput(blobs, id, read(), limit)
}

/** The name of the file at an address: the last part of its path, with the extension that the client named. */
export function nameAt(inputUrl: string, sourceFormat: string | undefined, only?: Compressor): NamedFile {
  const path = URL.canParse(inputUrl) ? decodePath(new URL(inputUrl).pathname) : ''
  if (sourceFormat === undefined) return parseFileName(path, only)
  const stem =
    path
      .split('/')
      .at(-1)
      ?.replace(/\.[^.]*$/, '') || 'file'
  return parseFileName(`${stem}.${sourceFormat.replace(/^\./, '')}`, only)
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** Writes a job's input. @throws {ApiError} when it is larger than allowed. */
async function writeInput(
  blobs: Service['blobs'],
  id: string,
  stream: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<Written> {
  try {
    return await blobs.write(inputBlob(id), stream, limit)
  } catch (error) {
    if (!(error instanceof TooManyBytesError)) throw error
    throw tooLarge(limit)
  }
}

/** @throws {ApiError} when a body that is still to come is larger than any form with an allowed file. */
export function checkLength({ headers }: IncomingMessage, limit: number): void {
  if (Number(headers['content-length'] ?? 0) > limit + MOST_FORM_BYTES) throw tooLarge(limit)
}

function tooLarge(limit: number): ApiError {
  const megabytes = limit / 2 ** 20
  return new ApiError('request.file_too_large', `A file has at most ${megabytes} MB.`, { fields: { megabytes } })
}

/** @throws {ApiError} when there is nothing in a file. */
function checkSize<T extends Written>(file: T): T {
  if (file.bytes === 0) throw new ApiError('request.empty_file', 'The file has no bytes.')
  return file
}
