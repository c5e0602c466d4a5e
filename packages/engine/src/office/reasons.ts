/** Why a file is left as it is, though nothing is wrong with it. The same bytes give the same reason. */
export type OfficeReason =
  /** Nothing in it gets smaller. */
  | 'no-gain'
  /** No Word, PowerPoint or Excel package, or one that is packed with a method no office suite reads. */
  | 'unsupported-format'
  /** A digital signature covers the parts. */
  | 'signed'
  /** A password is needed to read it. */
  | 'encrypted'
  /** Bytes before, between or behind the parts that no reader of the package sees. */
  | 'embedded-data'
  /** Names or places of parts that readers could take in different ways. */
  | 'unsafe-archive'
  /** It would unpack to more than is allowed. */
  | 'too-large'

/** The file is sound, but must not or cannot be worked on. */
export class LeftAloneError extends Error {
  override readonly name = 'LeftAloneError'
  readonly reason: Exclude<OfficeReason, 'no-gain'>

  constructor(reason: Exclude<OfficeReason, 'no-gain'>, why: string) {
    super(why)
    this.reason = reason
  }
}

/** The bytes are not a complete, readable package. */
export class BrokenZipError extends Error {
  override readonly name = 'BrokenZipError'
}
