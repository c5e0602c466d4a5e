import type { Settings } from '../compress/protocol.js'
import type { JobOptions } from './options.js'

/** What the engine is asked: the server's own settings, less what a client's options rule out. */
export function settingsFor({ smartCompression }: JobOptions, server: Settings): Settings {
  if (smartCompression === undefined) return server
  const { enabled = true, mode = 'lossy' } = smartCompression
  return enabled && mode === 'lossy' ? server : { ...server, quality: 'lossless' }
}
