import type { CompressibleFormat } from '../codecs/codec.js'
import type { Format } from '../types.js'

interface Names {
  /** The registered media type first, then others seen in the wild. */
  readonly mimes: readonly [string, ...string[]]
  /** Without a dot, the usual one first. */
  readonly extensions: readonly [string, ...string[]]
}

const office = 'application/vnd.openxmlformats-officedocument'
const macros = 'application/vnd.ms'

// Media types as registered with IANA; the macro forms of Office files are the same container.
const names: Readonly<Record<Format, Names>> = {
  jpeg: { mimes: ['image/jpeg', 'image/jpg', 'image/pjpeg'], extensions: ['jpg', 'jpeg', 'jpe', 'jfif'] },
  png: { mimes: ['image/png', 'image/apng', 'image/x-png'], extensions: ['png', 'apng'] },
  gif: { mimes: ['image/gif'], extensions: ['gif'] },
  webp: { mimes: ['image/webp'], extensions: ['webp'] },
  avif: { mimes: ['image/avif', 'image/avif-sequence'], extensions: ['avif', 'avifs'] },
  svg: { mimes: ['image/svg+xml', 'image/svg'], extensions: ['svg'] },
  heic: {
    mimes: ['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence'],
    extensions: ['heic', 'heif', 'hif', 'heics', 'heifs'],
  },
  tiff: { mimes: ['image/tiff'], extensions: ['tif', 'tiff'] },
  bmp: { mimes: ['image/bmp', 'image/x-ms-bmp'], extensions: ['bmp', 'dib'] },
  ico: { mimes: ['image/vnd.microsoft.icon', 'image/x-icon'], extensions: ['ico', 'cur'] },
  pdf: { mimes: ['application/pdf'], extensions: ['pdf'] },
  docx: {
    mimes: [
      `${office}.wordprocessingml.document`,
      `${office}.wordprocessingml.template`,
      `${macros}-word.document.macroenabled.12`,
      `${macros}-word.template.macroenabled.12`,
    ],
    extensions: ['docx', 'docm', 'dotx', 'dotm'],
  },
  pptx: {
    mimes: [
      `${office}.presentationml.presentation`,
      `${office}.presentationml.template`,
      `${office}.presentationml.slideshow`,
      `${macros}-powerpoint.presentation.macroenabled.12`,
      `${macros}-powerpoint.template.macroenabled.12`,
      `${macros}-powerpoint.slideshow.macroenabled.12`,
      `${macros}-powerpoint.addin.macroenabled.12`,
    ],
    extensions: ['pptx', 'pptm', 'potx', 'potm', 'ppsx', 'ppsm', 'ppam'],
  },
  xlsx: {
    mimes: [
      `${office}.spreadsheetml.sheet`,
      `${office}.spreadsheetml.template`,
      `${macros}-excel.sheet.macroenabled.12`,
      `${macros}-excel.template.macroenabled.12`,
      `${macros}-excel.addin.macroenabled.12`,
      `${macros}-excel.sheet.binary.macroenabled.12`,
    ],
    extensions: ['xlsx', 'xlsm', 'xltx', 'xltm', 'xlam', 'xlsb'],
  },
}

/** The media type to send a file of this format as. */
export function mimeOf(format: Format): string {
  return names[format].mimes[0]
}

/** The format that a media type names, parameters and case set aside; `null` when it is none of ours. */
export function formatOfMime(mime: string): Format | null {
  const bare = (mime.split(';', 1)[0] ?? '').trim().toLowerCase()
  return allFormats.find((format) => names[format].mimes.includes(bare)) ?? null
}

/** File name extensions of a format, without a dot, the usual one first. A hint only: formats are told by content. */
export function extensionsOf(format: Format): readonly string[] {
  return names[format].extensions
}

/** Every format that is recognised. */
export const allFormats: readonly Format[] = Object.keys(names) as Format[]

const images: readonly CompressibleFormat[] = ['jpeg', 'png', 'gif', 'webp', 'avif', 'svg', 'tiff', 'bmp', 'ico']

/** Formats of documents, whose pictures and parts are worked on. */
export type DocumentFormat = Extract<Format, 'pdf' | 'docx' | 'pptx' | 'xlsx'>

const documents: ReadonlySet<Format> = new Set<DocumentFormat>(['pdf', 'docx', 'pptx', 'xlsx'])

export function isDocument(format: Format): format is DocumentFormat {
  return documents.has(format)
}

/** The formats that this engine can make smaller. */
export const compressibleFormats: ReadonlySet<Format> = new Set<Format>([...images, ...documents])
