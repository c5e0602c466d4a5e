import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { Busboy, type BusboyHeaders } from '@fastify/busboy'
import { ApiError } from '../errors.js'

/** Takes the one file of a form; its rejection ends the form. */
export type TakeFile<T> = (fileName: string, stream: Readable) => Promise<T>

export interface Form<T> {
  readonly fields: ReadonlyMap<string, string>
  /** What taking the file came to; `undefined` when the form had none. */
  readonly file: T | undefined
}

// Numbers only and small: everything but the file is held in memory.
const limits = {
  fieldNameSize: 100,
  fieldSize: 64 * 1024,
  fields: 20,
  // One more than allowed, to tell two from one.
  files: 2,
  parts: 22,
  headerPairs: 50,
  headerSize: 16 * 1024,
}

/**
 * Reads a multipart form whose file goes elsewhere while it comes.
 * @throws {ApiError} when it is not well-formed, ends early, or holds more than one file; what `takeFile` rejects with.
 */
export async function readForm<T>(req: IncomingMessage, takeFile: TakeFile<T>): Promise<Form<T>> {
  const parser = openParser(req)
  const fields = new Map<string, string>()
  const taken: Promise<T>[] = []
  let current: Readable | undefined

  const read = new Promise<void>((resolve, reject) => {
    function stop(error: unknown): void {
      req.unpipe(parser)
      current?.destroy(error instanceof Error ? error : undefined)
      reject(error)
    }
    const invalid = (detail: string) => stop(new ApiError('request.invalid_body', detail))

    parser.on('file', (name, stream, fileName) => {
      // Without a listener of its own an early error of the stream would end the process.
      stream.on('error', (error) => stream.destroy(error))
      if (name !== 'file' || taken.length > 0) return stop(tooManyFiles())
      current = stream
      const file = takeFile(fileName ?? '', stream)
      taken.push(file)
      file.catch(stop)
    })
    parser.on('field', (name, value, _nameTruncated, truncated) => {
      if (truncated) invalid(`The field ${JSON.stringify(name)} is longer than ${limits.fieldSize} bytes.`)
      else fields.set(name, value)
    })
    for (const event of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) {
      parser.on(event, () => invalid('The form has more parts than a submit has.'))
    }
    parser.on('error', (error) => invalid(`The form cannot be read: ${messageOf(error)}`))
    parser.on('finish', resolve)
    req.once('error', () => stop(incomplete()))
    req.once('close', () => {
      if (!req.complete) stop(incomplete())
    })
    req.pipe(parser)
  })

  // The file's own refusal counts more than what stopping made of the form.
  const [form, file] = await Promise.allSettled([read, taken[0] ?? read.then(() => taken[0])])
  if (form.status === 'rejected') throw form.reason
  if (file.status === 'rejected') throw file.reason
  return { fields, file: await taken[0] }
}

function openParser(req: IncomingMessage): InstanceType<typeof Busboy> {
  try {
    // The header is there: it was asked for its type before.
    return new Busboy({ headers: req.headers as BusboyHeaders, limits })
  } catch (error) {
    throw new ApiError('request.invalid_content_type', `The form's content type cannot be read: ${messageOf(error)}`)
  }
}

function tooManyFiles(): ApiError {
  return new ApiError('request.no_files', 'Send exactly one file, in the field "file".')
}

function incomplete(): ApiError {
  return new ApiError('request.incomplete', 'The connection ended before the body did.')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
