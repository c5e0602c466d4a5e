import { CellBuilder, type FrameCells } from './cells.js'
import { Player, paletteWords, Screen } from './composite.js'
import type { ClearRule, LzwEncoder } from './lzw.js'
import type { FramePalette, PalettePlan } from './palette.js'
import type { FramePlan } from './plan.js'
import { contains, sameRect } from './rect.js'
import type { Gif, GifExtension, GifFrame, Rect } from './types.js'
import { closeEnough } from './verify.js'
import { paletteBytes, type StoredFrame, toSubBlocks, writeGif } from './write.js'

/** Everything decided about a file before its pixels are encoded. */
export interface EncodePlan {
  frames: FramePlan[]
  palettes: PalettePlan
  /** Whether the global palette is the source's, so that frames may be taken over as they are. */
  keepsGlobal: boolean
  extensions: GifExtension[]
  /** Largest `colourError` a pixel may have; 0 for none. */
  lossy: number
  /** Leave out what is seldom smaller. */
  isQuick: boolean
}

interface Candidate {
  stored: StoredFrame
  indices: Uint8Array
  colours: Uint32Array
  size: number
}

/** Tried in this order; those after the first only where they can differ. */
const CLEAR_RULES: readonly ClearRule[] = ['when-worn', 'when-full', 'never']

/** The file as planned, or null when some frame's pixels cannot be told that way. */
export function encodeGif(gif: Gif, plan: EncodePlan, lzw: LzwEncoder): Uint8Array | null {
  const frames = new FileEncoder(gif, plan, lzw).encode()
  if (!frames) return null
  const { global } = plan.palettes
  const globalPalette = plan.keepsGlobal ? gif.globalPalette : global && paletteBytes(global)
  const background = plan.keepsGlobal ? gif.background : mapBackground(gif, global)
  const hasNearColours = gif.hasNearColours || plan.lossy > 0
  return writeGif({ ...gif, globalPalette, background, hasNearColours }, frames, plan.extensions)
}

class FileEncoder {
  readonly #gif: Gif
  readonly #plan: EncodePlan
  readonly #source: Player
  readonly #shown: Screen
  readonly #before: Uint32Array
  readonly #lzw: LzwEncoder
  readonly #cells: CellBuilder

  constructor(gif: Gif, plan: EncodePlan, lzw: LzwEncoder) {
    this.#lzw = lzw
    this.#gif = gif
    this.#plan = plan
    this.#source = new Player(gif)
    this.#shown = new Screen(gif.width, gif.height)
    this.#before = new Uint32Array(plan.lossy > 0 ? gif.width * gif.height : 0)
    this.#cells = new CellBuilder(plan.lossy)
  }

  encode(): StoredFrame[] | null {
    const frames: StoredFrame[] = []
    for (const [number, plan] of this.#plan.frames.entries()) {
      const dirty = this.#source.next()
      this.#shown.settle()
      const best = this.#best(this.#gif.frames[number] as GifFrame, plan, this.#plan.palettes.frames[number] ?? [])
      if (!best) return null
      const { stored, indices, colours } = best
      this.#shown.draw(stored, plan.disposal, indices, colours, stored.transparent)
      if (this.#plan.lossy > 0) this.#remember(dirty)
      frames.push(stored)
    }
    return frames
  }

  /** The smallest way to tell a frame: by each palette offered, or as the source has it, which wins a tie. */
  #best(frame: GifFrame, plan: FramePlan, palettes: FramePalette[]): Candidate | null {
    let best: Candidate | null = null
    for (const palette of palettes) {
      const candidate = this.#encodeWith(frame, plan, palette)
      if (candidate && (!best || candidate.size < best.size)) best = candidate
    }
    return this.#asStored(frame, plan, best?.size ?? Number.POSITIVE_INFINITY) ?? best
  }

  #encodeWith(frame: GifFrame, plan: FramePlan, palette: FramePalette): Candidate | null {
    const target = this.#source.screen.pixels
    const canvases = { target, previousTarget: this.#before, shown: this.#shown.pixels, stride: this.#gif.width }
    const built = this.#cells.build(plan.rect, canvases, palette)
    if (!built) return null
    const { data, indices } = this.#smallestStream(built)
    const localPalette = palette.isLocal ? paletteBytes(palette.colours) : null
    const stored: StoredFrame = {
      ...plan.rect,
      disposal: plan.disposal,
      waitsForUser: frame.waitsForUser,
      hasControl: frame.hasControl,
      delay: frame.delay,
      // A frame that draws every pixel needs no transparent index, unless clearing it depends on one.
      transparent: plan.needsTransparent || indices.includes(palette.transparent) ? palette.transparent : -1,
      interlaced: false,
      localPalette,
      minCodeSize: built.minCodeSize,
      blocks: toSubBlocks(data),
    }
    return { stored, indices, colours: palette.colours, size: sizeOf(stored) }
  }

  #smallestStream({ cells, count, choices, minCodeSize }: FrameCells): { data: Uint8Array; indices: Uint8Array } {
    let best: { data: Uint8Array; indices: Uint8Array } | null = null
    for (const rule of CLEAR_RULES.slice(0, this.#plan.isQuick ? 1 : 3)) {
      const indices = new Uint8Array(count)
      const { data, filled } = this.#lzw.encode(cells, count, choices, minCodeSize, rule, indices)
      if (!best || data.length < best.data.length) best = { data, indices }
      if (!filled) break
    }
    return best as { data: Uint8Array; indices: Uint8Array }
  }

  /** The source's own frame, if it is small, draws the right picture here, and clears no more than planned. */
  #asStored(frame: GifFrame, plan: FramePlan, most: number): Candidate | null {
    if (sizeOf(frame) > most) return null
    if (!frame.localPalette && !this.#plan.keepsGlobal) return null
    if (plan.disposal >= 2 && !sameRect(frame, plan.rect)) return null
    if (plan.disposal === 2 && frame.transparent < 0 && plan.needsTransparent) return null
    if (!contains(frame, plan.rect) || !this.#drawsRight(frame)) return null
    const stored: StoredFrame = { ...frame, disposal: plan.disposal }
    const colours = paletteWords(frame.localPalette ?? this.#gif.globalPalette)
    return { stored, indices: this.#source.indices.slice(), colours, size: sizeOf(stored) }
  }

  /** Whether what the frame leaves transparent already shows what it should. */
  #drawsRight(frame: GifFrame): boolean {
    const indices = this.#source.indices
    let read = 0
    for (let y = frame.y; y < frame.y + frame.height; y++) {
      const row = y * this.#gif.width
      for (let at = row + frame.x; at < row + frame.x + frame.width; at++) {
        if (indices[read++] !== frame.transparent) continue
        const wanted = this.#source.screen.pixels[at] as number
        if (!closeEnough(this.#shown.pixels[at] as number, wanted, this.#plan.lossy)) return false
      }
    }
    return true
  }

  #remember(rect: Rect): void {
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      const at = y * this.#gif.width + rect.x
      this.#before.set(this.#source.screen.pixels.subarray(at, at + rect.width), at)
    }
  }
}

function sizeOf({ blocks, localPalette }: Pick<StoredFrame, 'blocks' | 'localPalette'>): number {
  return blocks.length + (localPalette?.length ?? 0)
}

/** The background colour's new index. Browsers ignore it, so when the colour is gone any index will do. */
function mapBackground(gif: Gif, global: Uint32Array | null): number {
  const colour = paletteWords(gif.globalPalette)[gif.background] as number
  return Math.max(0, global?.indexOf(colour) ?? 0)
}
