import type { Format } from '@compress-fast/engine'
import { extensionsOf } from '@compress-fast/engine/sniff'
import type { Pool } from '../jobs/job.js'

/** One of the service's kinds of compression: a set of extensions with the same price, options and limits. */
export interface Compressor {
  /** Its name in addresses. */
  readonly name: 'jpg' | 'png' | 'gif' | 'image' | 'pdf' | 'office'
  readonly job: string
  readonly category: 'images' | 'documents'
  readonly pool: Pool
  readonly formats: readonly Format[]
}

/** What an extension chooses is the first that lists its format. */
export const compressors: readonly Compressor[] = [
  image('jpg', ['jpeg']),
  image('png', ['png']),
  image('gif', ['gif']),
  image('image', ['jpeg', 'png', 'gif', 'webp', 'avif', 'svg', 'tiff', 'bmp', 'ico']),
  document('pdf', ['pdf']),
  document('office', ['docx', 'pptx', 'xlsx']),
]

function image(name: Compressor['name'], formats: readonly Format[]): Compressor {
  return { name, job: `image.${name}-compress`, category: 'images', pool: 'ImagePool', formats }
}

function document(name: Compressor['name'], formats: readonly Format[]): Compressor {
  return { name, job: `document.${name}-compress`, category: 'documents', pool: 'DocumentPool', formats }
}

/** The extensions that a compressor takes, without dots. */
export function extensionsFor({ formats }: Compressor): string[] {
  return formats.flatMap((format) => extensionsOf(format))
}

/** The compressor for an extension; `undefined` when none takes it. */
export function compressorFor(extension: string): Compressor | undefined {
  return compressors.find((compressor) => extensionsFor(compressor).includes(extension))
}

/** The compressor that an address names, by its own name or by an extension. */
export function compressorNamed(name: string): Compressor | undefined {
  return compressors.find((compressor) => compressor.name === name) ?? compressorFor(name)
}

/** Every extension that can be handed in. */
export const acceptedExtensions: readonly string[] = [...new Set(compressors.flatMap(extensionsFor))]
