import sharp from 'sharp'
import { expect } from 'vitest'

/** What must be equal between a source and what ships in its place, read by a decoder that is not ours to judge by. */
export async function picture(bytes: Uint8Array): Promise<Record<string, unknown>> {
  const {
    format,
    width,
    height,
    pages,
    delay,
    loop,
    orientation = 1,
    hasAlpha,
  } = await sharp(bytes, {
    animated: true,
  }).metadata()
  return { format, width, height, pages, delay, loop, orientation, hasAlpha }
}

/** Smaller, and the same picture to everybody who looks. */
export async function expectSmaller(shipped: Uint8Array, source: Uint8Array): Promise<void> {
  expect(shipped.byteLength).toBeLessThan(source.byteLength)
  expect(await picture(shipped)).toEqual(await picture(source))
}
