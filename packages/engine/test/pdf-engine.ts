import { createEngine, type Engine, type Quality } from '@compress-fast/engine'
import { resolveSettings, type Settings } from '../src/codecs/settings.js'
import type { CompressImage } from '../src/pdf/index.js'

/** How an engine makes the pictures inside a PDF smaller. */
export function imagesOf(engine: Engine): CompressImage {
  return async (bytes, format, { target, effort, metadata }) => {
    const result = await engine.compress(bytes, { format, quality: target, effort, metadata })
    return result.changed ? { bytes: result.bytes, quality: result.quality } : null
  }
}

export function openEngine(): Engine {
  return createEngine({ concurrency: 2 })
}

export function settingsFor(quality: Quality, metadata: Settings['metadata'] = 'safe'): Settings {
  return resolveSettings({ quality, metadata })
}
