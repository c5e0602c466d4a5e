import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** What is uploaded: bytes, or a file that is read while it is sent. */
export type Upload = Uint8Array | { readonly path: string; readonly size: number }

/** A request body that is made while it is sent. */
export interface Body {
  readonly type: string
  readonly length: number
  /** May be asked for once. */
  chunks(): AsyncGenerator<Uint8Array, void, undefined>
}

/** One part of a form, before its content. */
export interface Field {
  readonly name: string
  readonly value: string
}

// Small enough to see how fast it goes, large enough to cost nothing.
const chunkSize = 64 * 1024

/** `multipart/form-data` (RFC 7578) with text fields and one file. Names must be plain: no quotes, no line ends. */
export function multipartBody(fields: readonly Field[], fileName: string, upload: Upload): Body {
  const boundary = `compress-fast-${randomUUID()}`
  const texts = fields.map(({ name, value }) => `--${boundary}\r\n${disposition(name)}\r\n\r\n${value}\r\n`)
  const fileHead = `--${boundary}\r\n${disposition('file')}; filename="${fileName}"\r\nContent-Type: application/octet-stream\r\n\r\n`
  const head = Buffer.from(texts.join('') + fileHead)
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  const size = upload instanceof Uint8Array ? upload.byteLength : upload.size
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    length: head.byteLength + size + tail.byteLength,
    async *chunks() {
      yield head
      yield* contentOf(upload)
      yield tail
    },
  }
}

function disposition(name: string): string {
  return `Content-Disposition: form-data; name="${name}"`
}

async function* contentOf(upload: Upload): AsyncGenerator<Uint8Array, void, undefined> {
  if (!(upload instanceof Uint8Array)) {
    // To the size that was told, however the file grows meanwhile.
    yield* createReadStream(upload.path, { end: Math.max(0, upload.size - 1), highWaterMark: chunkSize })
    return
  }
  for (let at = 0; at < upload.byteLength; at += chunkSize) yield upload.subarray(at, at + chunkSize)
}
