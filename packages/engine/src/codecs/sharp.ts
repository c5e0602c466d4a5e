import sharp, { type Sharp, type SharpOptions } from 'sharp'

/** The loaders that are needed; GIFs have their own reader. libvips picks one by content, so a TIFF named `.png` would reach the TIFF loader. */
const LOADERS = ['JpegBuffer', 'PngBuffer', 'WebpBuffer', 'HeifBuffer', 'SvgBuffer']

sharp.concurrency(1)
sharp.cache(false)
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: LOADERS.map((name) => `VipsForeignLoad${name}`) })

/**
 * An image whose numbers are taken as they are: any warning is an error, profiles are not applied, orientation is not
 * baked in. Pixels were counted before, so the library's own limit stays out of the way.
 */
export function open(bytes: Uint8Array, options: SharpOptions = {}): Sharp {
  return sharp(bytes, { failOn: 'warning', ignoreIcc: true, limitInputPixels: false, ...options })
}

/** Raw 8-bit pixels. */
export interface RawImage {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
  /** Of a frame, where several lie below each other. */
  readonly pageHeight?: number
}

/** An image made of raw 8-bit pixels. */
export function openRaw({ data, ...raw }: RawImage): Sharp {
  return sharp(data, { raw, limitInputPixels: false })
}
