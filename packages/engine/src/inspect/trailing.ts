/** Padding and stray line ends stay below this; appended pictures, videos and archives do not. */
const toleratedBytes = 64

/** Whether something stands behind the end of the picture that an encoder would lose. */
export function hasTrailingData(bytes: Uint8Array, end: number): boolean {
  return bytes.length - end > toleratedBytes
}
