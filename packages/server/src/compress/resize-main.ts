import sharp from 'sharp'

// The program of the resizing process: one picture, then it ends. What it writes is compressed after it, so it keeps
// nearly everything.

const [, , input = '', output = '', width = '', height = ''] = process.argv

process.on('disconnect', () => process.exit(1))

const picture = sharp(input, { animated: true, failOn: 'warning', limitInputPixels: 500e6 })
const { format } = await picture.metadata()
await picture
  // To the pixel, as clients compare it with what they asked for.
  .resize({ width: Number(width), height: Number(height), fit: 'fill' })
  .keepMetadata()
  .toFormat(format === 'heif' ? 'avif' : (format ?? 'png'), optionsFor(format))
  .toFile(output)
process.exit(0)

function optionsFor(kind: string | undefined): Record<string, unknown> {
  if (kind === 'jpeg') return { quality: 97, chromaSubsampling: '4:4:4' }
  if (kind === 'webp') return { quality: 97 }
  return kind === 'heif' ? { quality: 90 } : {}
}
