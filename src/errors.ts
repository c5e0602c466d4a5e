/** A failure raised on purpose. `scope` tells whether one asset is lost or the whole run. */
export abstract class CompressionError extends Error {
  /** Stable once published. */
  abstract readonly code: string
  abstract readonly scope: 'asset' | 'run'
  /** What the reader can do about it, when there is something to do. */
  readonly hint: string | null

  constructor(message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.hint = options.hint ?? null
  }
}

/** An option that has no meaning as given. */
export class OptionError extends CompressionError {
  override readonly name = 'OptionError'
  readonly code = 'INVALID_OPTION'
  readonly scope = 'run'
}

/** The file is not what its format asks for, so nothing can be done with it. */
export class BrokenAssetError extends CompressionError {
  override readonly name = 'BrokenAssetError'
  readonly code = 'BROKEN_ASSET'
  readonly scope = 'asset'
}

/** A file that whoever had to read it found damaged. */
export function damagedAsset(format: string, detail: string | null = null): BrokenAssetError {
  const why = detail === null ? '' : ` (${detail})`
  return new BrokenAssetError(`this ${format} file is damaged or incomplete${why}.`, {
    hint: 'It ships as it is. Replace the source, or list it in `exclude`.',
  })
}

/** The engine could not finish this file: it took too long, or its process died. */
export class EngineFailedError extends CompressionError {
  override readonly name = 'EngineFailedError'
  readonly code: 'ENGINE_TIMEOUT' | 'ENGINE_CRASHED' | 'ENGINE_QUARANTINED' | 'ENGINE_FAILED'
  readonly scope = 'asset'

  constructor(
    code: EngineFailedError['code'],
    message: string,
    options: { hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options)
    this.code = code
  }
}

/** The engine answered with something that must not ship. */
export class RejectedResultError extends CompressionError {
  override readonly name = 'RejectedResultError'
  readonly code = 'RESULT_REJECTED'
  readonly scope = 'asset'
}

/** The engine cannot work at all here. */
export class EngineUnavailableError extends CompressionError {
  override readonly name = 'EngineUnavailableError'
  readonly code = 'ENGINE_UNAVAILABLE'
  readonly scope = 'run'
}

/** More bytes ship than `budgets` allows. */
export class BudgetExceededError extends CompressionError {
  override readonly name = 'BudgetExceededError'
  readonly code = 'BUDGET_EXCEEDED'
  readonly scope = 'run'
}

/** `frozen` is set, and something would have to be compressed. */
export class FrozenError extends CompressionError {
  override readonly name = 'FrozenError'
  readonly code = 'FROZEN'
  readonly scope = 'run'
}

/** The service does not take the key, or there is none. */
export class KeyRejectedError extends CompressionError {
  override readonly name = 'KeyRejectedError'
  readonly code = 'KEY_REJECTED'
  readonly scope = 'run'
}

/** The account has no credits left, or the build may not spend more. */
export class CreditsSpentError extends CompressionError {
  override readonly name = 'CreditsSpentError'
  readonly code: 'CREDITS_SPENT' | 'CREDIT_LIMIT'
  readonly scope = 'run'

  constructor(code: CreditsSpentError['code'], message: string, options: { hint: string }) {
    super(message, options)
    this.code = code
  }
}

/** The service cannot be reached, or asks to come back much later. */
export class ServiceUnavailableError extends CompressionError {
  override readonly name = 'ServiceUnavailableError'
  readonly code: 'SERVICE_UNAVAILABLE' | 'SERVICE_BUSY'
  readonly scope = 'run'

  constructor(
    code: ServiceUnavailableError['code'],
    message: string,
    options: { hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options)
    this.code = code
  }
}

/** The service did not bring this file's job to an end that is of use. */
export class JobFailedError extends CompressionError {
  override readonly name = 'JobFailedError'
  readonly code: 'JOB_FAILED' | 'JOB_REFUSED' | 'JOB_TIMEOUT' | 'JOB_LOST' | 'UPLOAD_UNCERTAIN'
  readonly scope = 'asset'

  constructor(
    code: JobFailedError['code'],
    message: string,
    options: { hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options)
    this.code = code
  }
}

/** True for failures raised on purpose, also across copies of this package. */
export function isCompressionError(error: unknown): error is CompressionError {
  return error instanceof Error && 'code' in error && 'scope' in error && 'hint' in error
}
