import type { Readable } from 'node:stream'

/** What was written. */
export interface Written {
  readonly bytes: number
  /** SHA-256, hexadecimal. */
  readonly digest: string
}

/** A file that another process may read. */
export interface LocalFile {
  readonly path: string
  /** The path may be gone from then on. */
  release(): Promise<void>
}

/** More bytes came than were allowed. */
export class TooManyBytesError extends Error {
  override readonly name = 'TooManyBytesError'
  readonly limit: number

  constructor(limit: number) {
    super(`more than ${limit} bytes`)
    this.limit = limit
  }
}

/**
 * Keeps files under names of lower-case letters, digits, `-`, `.` and one `/`. A name shows a complete file or none: what
 * `write`, `adopt` and `copy` resolved for survives the death of the process and of the machine.
 */
export interface BlobStore {
  /**
   * Writes a stream to its end.
   * @throws {TooManyBytesError} past `limit` bytes, without reading on; what the stream fails with. Nothing stays then.
   */
  write(name: string, source: AsyncIterable<Uint8Array>, limit: number): Promise<Written>
  /** The bytes, and how many; `undefined` when there is no such file. */
  read(name: string): Promise<{ readonly bytes: number; readonly stream: Readable } | undefined>
  /** The file under a path of this machine; `undefined` when there is no such file. */
  checkOut(name: string): Promise<LocalFile | undefined>
  /** A path of this machine where another process may write what `adopt` takes. */
  scratch(): string
  /** Takes a scratch file over under a name. */
  adopt(path: string, name: string): Promise<void>
  /** @throws when there is no such file. */
  copy(from: string, to: string): Promise<void>
  /** Removes a file, if it is there. */
  remove(name: string): Promise<void>
  /** All names. */
  list(): AsyncIterable<string>
  /** Removes what dead writers left: scratch and half-written files. To be called before others write. */
  sweep(): Promise<void>
}
