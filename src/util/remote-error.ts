/** Why a store did not do what it was asked. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError'
  /**
   * `entry`: only this one cannot be had or kept. `outage`: it may pass. `refusal`: it will be the same next time.
   * `read-only`: it keeps nothing, and reads well.
   */
  readonly kind: 'entry' | 'outage' | 'refusal' | 'read-only'
  /** What to do about it. */
  readonly hint: string | null

  constructor(kind: RemoteError['kind'], message: string, hint: string | null = null) {
    super(message)
    this.kind = kind
    this.hint = hint
  }
}
