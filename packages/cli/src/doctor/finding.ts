/** Something that is not as it should be. */
export interface Finding {
  /** Stable once published. */
  readonly code: string
  /** What was found, in a sentence. */
  readonly title: string
  /** Where, one thing each. */
  readonly details: readonly string[]
  /** What to do about it. */
  readonly fix: string
}
