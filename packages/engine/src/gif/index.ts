import { Player } from './composite.js'
import { parseGif } from './decode.js'
import { checkLimits, type GifLimits, isLarge } from './optimise.js'

export { type GifLimits, optimiseGif, showsAlike } from './optimise.js'
export { BrokenGifError, GifLimitError } from './types.js'

/** A GIF as a viewer shows it. */
export interface RenderedGif {
  width: number
  height: number
  /** How long each frame shows, in hundredths of a second, as stored. */
  delays: number[]
  /** Repetitions after the first showing, 0 for ever; null when the file says nothing, which means it shows once. */
  loop: number | null
  /**
   * The whole screen as red, green, blue, alpha bytes, frame after frame. Each is overwritten by the next; copy what
   * must last.
   * @throws BrokenGifError when a frame's pixels do not decode
   */
  frames: Iterable<Uint8Array>
}

/**
 * Plays a GIF. Pixels are decoded as frames are asked for.
 * @throws BrokenGifError when the blocks are broken; GifLimitError when it is larger than allowed
 */
export function renderGif(bytes: Uint8Array, limits?: GifLimits): RenderedGif {
  const gif = parseGif(bytes)
  checkLimits(gif, limits)
  const { width, height, loop } = gif
  return { width, height, loop, delays: gif.frames.map(({ delay }) => delay), frames: { [Symbol.iterator]: play } }

  function* play(): Generator<Uint8Array> {
    const player = new Player(gif)
    for (const _ of gif.frames) {
      player.next()
      yield new Uint8Array(player.screen.pixels.buffer)
    }
  }
}

/** What decides how a GIF is gone about. */
export interface GifGlance {
  /** Optimising it takes long enough, some three seconds and up, to try less. */
  isLarge: boolean
  /** Colours became near ones before, by this optimiser. */
  hasNearColours: boolean
}

/** @throws BrokenGifError when the blocks are broken */
export function glanceAtGif(bytes: Uint8Array): GifGlance {
  const gif = parseGif(bytes)
  return { isLarge: isLarge(gif), hasNearColours: gif.hasNearColours }
}
