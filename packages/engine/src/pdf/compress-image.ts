import type { Settings } from '../codecs/settings.js'

/** Makes an embedded image smaller; `null` when nothing smaller is found. Results are checked by decoding them. */
export type CompressImage = (
  bytes: Uint8Array,
  format: 'jpeg' | 'png' | 'gif',
  settings: Settings,
) => Promise<{ bytes: Uint8Array; quality: number | null } | null>
