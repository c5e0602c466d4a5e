/** Stray bytes stay below this; appended pictures, videos and archives do not. */
const toleratedBytes = 64

/** Zeros, ones and white space: what files are padded with. */
const padding = new Set([0x00, 0x09, 0x0a, 0x0d, 0x20, 0xff])

/** Whether something other than padding stands behind the end of the picture, which an encoder would lose. */
export function hasTrailingData(bytes: Uint8Array, end: number): boolean {
  if (bytes.length - end <= toleratedBytes) return false
  return bytes.subarray(end).some((byte) => !padding.has(byte))
}
