import { basename } from 'node:path'
import sharp from 'sharp'

/** Files by path. */
export type Files = ReadonlyMap<string, Buffer>

/** The images among files. */
export function imagesOf(files: Files): Map<string, Buffer> {
  return new Map([...files].filter(([path]) => /\.(jpg|png|gif|svg|webp|avif)$/.test(path)))
}

/** The one word that an image is called in its source folder; frameworks put a hash after it. */
export function nameOf(path: string): string {
  const [word = ''] = basename(path).split(/[.-]/)
  return word
}

/** Images by what they are called and shaped, whatever is hashed into the names of their files. */
export async function byShape(images: Files): Promise<Record<string, Buffer>> {
  const shapes: Record<string, Buffer> = {}
  for (const [path, bytes] of images) {
    const { format, width, height } = await sharp(bytes).metadata()
    const shape = `${nameOf(path)} ${format} ${width} × ${height}`
    if (shapes[shape]) throw new Error(`Two images are ${shape}.`)
    shapes[shape] = bytes
  }
  return shapes
}

/** What is seen of an image. */
export function pixels(bytes: Buffer | undefined): Promise<Buffer> {
  return sharp(bytes).ensureAlpha().raw().toBuffer()
}
