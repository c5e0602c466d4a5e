/** A command line that has no meaning as given. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  /** What was meant, where that can be told. */
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}
