import type { Format } from '../types.js'

/** The bytes are not a complete, readable file of their format. The only error that reading a file here can raise. */
export class BrokenImageError extends Error {
  override readonly name = 'BrokenImageError'
  /** Stable once published. */
  readonly code = 'BROKEN_IMAGE'
  readonly format: Format

  constructor(format: Format, why: string) {
    super(`Not a readable ${format.toUpperCase()}: ${why}.`)
    this.format = format
  }
}
