/** More bytes came than there may be. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError'

  constructor(most: number) {
    super(`the answer is larger than ${most} bytes`)
  }
}

/**
 * The bytes of a stream, which is left as soon as there are too many.
 * @param moved Told of each chunk.
 * @throws {TooLargeError}
 */
export async function collect(
  body: AsyncIterable<Uint8Array>,
  most: number,
  moved?: (bytes: number) => void,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    moved?.(chunk.byteLength)
    size += chunk.byteLength
    // Leaving the loop ends the connection.
    if (size > most) throw new TooLargeError(most)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}
