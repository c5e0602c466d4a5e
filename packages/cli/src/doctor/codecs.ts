import { compress } from '@compress-fast/engine'
import type { Finding } from './finding.js'

/** A WebP of one pixel: what it takes to compress it are all the native parts. */
const pixel = Buffer.from('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA', 'base64')

/** Whether codecs work on this machine: an installation without optional packages lacks them. */
export async function codecFindings(): Promise<Finding[]> {
  try {
    await compress(pixel)
    return []
  } catch (error) {
    return [
      {
        code: 'ENGINE_UNAVAILABLE',
        title: 'The engine cannot work on this machine',
        details: [error instanceof Error ? error.message : String(error)],
        fix: 'Install the dependencies anew on this machine, with optional ones: rm -rf node_modules && npm install --include=optional',
      },
    ]
  }
}
