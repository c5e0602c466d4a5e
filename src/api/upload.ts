import { hash } from 'node:crypto'
import type { Format, Scale } from '../types.js'

/** What is asked of the service beside fewer bytes, as it spells it. */
export type UploadOptions = Readonly<Record<string, unknown>>

/** Asks for fewer pixels, in the service's words (its options of version 1). */
export function resizeOptions(scale: Scale): UploadOptions {
  const how =
    'percent' in scale ? { mode: 'percentage', value: scale.percent } : { mode: 'pixels', value: scale.longestEdge }
  return { resize: { enabled: true, preset: 'custom', ...how } }
}

/**
 * What an account is sent, under a name that tells nothing of it: the same content under the same options always has the
 * same.
 */
export function uploadId(account: string, format: Format, digest: string, options?: UploadOptions): string {
  const asked = options === undefined ? '' : `\n${JSON.stringify(options)}`
  return hash('sha256', `compress-fast upload\n${account}\n${format}\n${digest}${asked}`)
}

/** The key under which the service recognises a submit that it has seen. */
export function idempotencyKey(upload: string, epoch: number): string {
  return hash('sha256', `compress-fast submit\n${upload}\n${epoch}`).slice(0, 48)
}

/** The extension by which the service knows a format. */
export function extensionFor(format: Format): string {
  return format === 'jpeg' ? 'jpg' : format
}
