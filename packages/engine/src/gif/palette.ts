import { ColourTable } from './colour.js'
import { paletteWords } from './composite.js'
import type { FramePlan } from './plan.js'
import type { Gif, GifFrame } from './types.js'

/** The palette a frame is encoded with. */
export interface FramePalette {
  /** Opaque pixel words by index; what stands at `transparent` is never shown. */
  colours: Uint32Array
  /** Index that leaves the canvas as it is, or -1. */
  transparent: number
  /** Whether the palette is stored with the frame, not once for the file. */
  isLocal: boolean
}

/** Palettes of a whole file. Several frames may share one `FramePalette` object. */
export interface PalettePlan {
  global: Uint32Array | null
  /** For each frame the palettes to try, or null when its pixels do not fit any. */
  frames: (FramePalette[] | null)[]
}

/** Bits that number `size` palette entries, at least 1. */
export function paletteBits(size: number): number {
  return Math.max(1, Math.ceil(Math.log2(size)))
}

/** One palette for all frames if their colours fit, most used first; else local ones beside the source's global one. */
export function compactPalettes(gif: Gif, plans: FramePlan[]): PalettePlan {
  const shared = sharedColours(plans)
  const anyTransparent = plans.some((plan) => plan.needsTransparent) || plans.length > 1
  const global = shared ? withSlot(shared, anyTransparent) : usedGlobal(gif, plans)
  const frames = shareBetweenFrames(plans, (plan) => {
    const own = ownPalette(plan)
    const fromGlobal = global && takeFrom(global, plan)
    if (!fromGlobal) return own && [own]
    const smaller = own && paletteBits(own.colours.length) + 2 <= paletteBits(global.length)
    return smaller && plans.length > 1 ? [fromGlobal, own] : [fromGlobal]
  })
  return { global: frames.some((options) => options?.some((option) => !option.isLocal)) ? global : null, frames }
}

/** Each frame keeps the palette it has, so that its original code stream stays valid. */
export function sourcePalettes(gif: Gif, plans: FramePlan[]): PalettePlan {
  const global = gif.globalPalette && paletteWords(gif.globalPalette).slice(0, gif.globalPalette.length / 3)
  const frames = plans.map((plan, number) => {
    const { localPalette, transparent } = gif.frames[number] as GifFrame
    const stored = localPalette ? paletteWords(localPalette).slice(0, localPalette.length / 3) : global
    const kept = stored && takeFrom(stored, plan, transparent)
    if (kept) return [{ ...kept, isLocal: localPalette !== null }]
    const own = ownPalette(plan)
    return own && [own]
  })
  return { global, frames }
}

/** All colours of all frames, those that many frames use first; null when there are more than 256. */
function sharedColours(plans: FramePlan[]): Uint32Array | null {
  const uses = new Map<number, number>()
  for (const { colours } of plans) {
    if (!colours) return null
    for (const colour of colours) uses.set(colour, (uses.get(colour) ?? 0) + 1)
    if (uses.size > 256) return null
  }
  return Uint32Array.from(
    [...uses].sort((a, b) => b[1] - a[1]),
    ([colour]) => colour,
  )
}

/** The source's global palette without what no frame that used it draws. */
function usedGlobal(gif: Gif, plans: FramePlan[]): Uint32Array | null {
  const users = plans.filter((_, number) => !gif.frames[number]?.localPalette)
  const colours = sharedColours(users)
  return colours && colours.length > 0 ? withSlot(colours, colours.length < 256) : null
}

function ownPalette(plan: FramePlan): FramePalette | null {
  if (!plan.colours) return null
  const wanted = plan.mayBeTransparent && plan.colours.length < 256
  if (plan.needsTransparent && !wanted) return null
  const slot =
    wanted && (plan.needsTransparent || paletteBits(plan.colours.length + 1) === paletteBits(plan.colours.length))
  return { colours: withSlot(plan.colours, slot), transparent: slot ? 0 : -1, isLocal: true }
}

/** Puts the transparent slot first, where every code size reaches it. */
function withSlot(colours: Uint32Array, slot: boolean): Uint32Array {
  if (!slot || colours.length === 256) return colours
  const shifted = new Uint32Array(colours.length + 1)
  shifted.set(colours, 1)
  return shifted
}

/** A stored palette as this frame can use it, its transparent index one that the frame does not draw; or null. */
function takeFrom(stored: Uint32Array, plan: FramePlan, preferred = -1): FramePalette | null {
  if (!plan.colours) return null
  const table = new ColourTable()
  const drawn = new Set<number>()
  for (const [index, colour] of stored.entries()) {
    // A preferred transparent index keeps its meaning; a second entry of its colour may serve the pixels.
    if (index !== preferred && colour !== 0) table.set(colour, index)
  }
  for (const colour of plan.colours) {
    const index = table.get(colour)
    if (index < 0) return null
    drawn.add(index)
  }
  const free =
    preferred >= 0 && preferred < stored.length ? preferred : stored.findIndex((_, index) => !drawn.has(index))
  const transparent = plan.mayBeTransparent ? free : -1
  if (plan.needsTransparent && transparent < 0) return null
  return { colours: stored, transparent, isLocal: false }
}

/** Frames with the same needs get the same objects, so that what is derived from a palette is derived once. */
function shareBetweenFrames(
  plans: FramePlan[],
  choose: (plan: FramePlan) => FramePalette[] | null,
): PalettePlan['frames'] {
  const known: FramePalette[] = []
  const share = (palette: FramePalette) => {
    const same = known.find(
      (other) =>
        other.colours === palette.colours &&
        other.transparent === palette.transparent &&
        other.isLocal === palette.isLocal,
    )
    if (!same) known.push(palette)
    return same ?? palette
  }
  return plans.map((plan) => choose(plan)?.map((palette) => (palette.isLocal ? palette : share(palette))) ?? null)
}
