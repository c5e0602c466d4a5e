import sharp from 'sharp'
import { expect } from 'vitest'

/** What must be equal between a source and what ships in its place, read by a decoder that is not ours to judge by. */
export async function picture(bytes: Uint8Array): Promise<Record<string, unknown>> {
  const image = sharp(bytes, { animated: true })
  const { format, width, height, pages, delay, loop, orientation = 1, ...found } = await image.metadata()
  // Frames of a GIF may leave out what stays as it was, which takes a transparent colour that nobody sees.
  const hasAlpha = format === 'gif' ? !(await image.stats()).isOpaque : found.hasAlpha
  return { format, width, height, pages, delay, loop, orientation, hasAlpha }
}

/** Smaller, and the same picture to everybody who looks. */
export async function expectSmaller(shipped: Uint8Array, source: Uint8Array): Promise<void> {
  expect(shipped.byteLength).toBeLessThan(source.byteLength)
  expect(await picture(shipped)).toEqual(await picture(source))
}
