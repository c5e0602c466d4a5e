import type { Resize, Settings } from '../compress/protocol.js'
import type { JobOptions } from './options.js'

/** What the engine is asked: the server's own settings, less what a client's options rule out. */
export function settingsFor({ smartCompression }: JobOptions, server: Settings): Settings {
  if (smartCompression === undefined) return server
  const { enabled = true, mode = 'lossy' } = smartCompression
  return enabled && mode === 'lossy' ? server : { ...server, quality: 'lossless' }
}

/** Longest edges by name, in pixels. */
const presets = { '4k': 3840, '2k': 2560, '1080p': 1920, '720p': 1280 } as const

/** How much smaller pictures are to become; `undefined` when they stay as they are. */
export function resizeFor({ resize }: JobOptions): Resize | undefined {
  if (resize?.enabled !== true) return undefined
  const { preset = 'off', mode = 'pixels', value } = resize
  if (preset === 'off' && value === undefined) return undefined
  if (preset !== 'off' && preset !== 'custom') return { longestEdge: presets[preset] }
  if (value === undefined || value === null) return undefined
  return mode === 'pixels' ? { longestEdge: value } : { percent: value }
}
