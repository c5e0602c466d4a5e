/** Pixels that readers show in different ways, each by what it does with what a file leaves open. */
export class AmbiguousBitmapError extends Error {
  override readonly name = 'AmbiguousBitmapError'
}
