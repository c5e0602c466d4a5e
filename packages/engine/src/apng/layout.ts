import type { Facts } from '../inspect/facts.js'
import type { Survey } from './survey.js'
import type { PngLayout } from './types.js'

/** How all frames of an animation are stored, and what stands for a pixel that stays as it was. */
export interface Storage {
  readonly layout: PngLayout
  /** Samples of a pixel word, as bytes; of less than 8 bits, the one number. */
  readonly samplesOf: (word: number) => readonly number[]
  /** Whether a frame can leave pixels out: there is something that says "transparent". */
  readonly hasTransparent: boolean
}

type Size = Pick<PngLayout, 'width' | 'height'>

/** Grey levels from which on numbers say them better than a palette, whose neighbours need not be alike. */
const MANY_GREYS = 16

/** The smallest way to store every pixel that is shown; `null` when a colour profile stands in the way. */
export function chooseStorage(size: Size, survey: Survey, facts: Facts): Storage | null {
  const mustBeGrey = facts.colour.startsWith('icc:') && facts.model === 'grey'
  const mayBeGrey = survey.isGrey && (mustBeGrey || !facts.colour.startsWith('icc:'))
  if (mustBeGrey && !survey.isGrey) return null
  const { colours } = survey
  const isPalette = colours !== null && !mustBeGrey && !(mayBeGrey && survey.isOpaque && colours.size > MANY_GREYS)
  if (isPalette) return paletteStorage(size, [...colours])
  return survey.isOpaque ? opaqueStorage(size, survey, mayBeGrey) : alphaStorage(size, mayBeGrey)
}

/** Fewest bits for an index. */
function indexBits(colours: number): number {
  return [1, 2, 4].find((bits) => colours <= 1 << bits) ?? 8
}

/** Transparent colours first, so that the list of alphas ends early; then from dark to light, so that neighbours are near. */
function paletteStorage(size: Size, used: readonly number[]): Storage {
  const bits = indexBits(used.length)
  const isFull = used.length === 1 << bits
  const colours = used.includes(0) || isFull ? [...used] : [...used, 0]
  colours.sort((a, b) => (a >>> 24) - (b >>> 24) || luma(a) - luma(b) || a - b)
  const indices = new Map(colours.map((word, index) => [word, index]))
  const seeThrough = colours.filter((word) => word >>> 24 < 255)
  const layout: PngLayout = {
    ...size,
    bits,
    colourType: 3,
    palette: Uint8Array.from(colours.flatMap((word) => [...rgb(word)])),
    transparency: Uint8Array.from(seeThrough, (word) => word >>> 24),
  }
  return { layout, samplesOf: (word) => [indices.get(word) ?? 0], hasTransparent: indices.has(0) }
}

/** Grey or RGB, where a colour that no pixel has says "transparent". */
function opaqueStorage(size: Size, { unusedColour }: Survey, isGrey: boolean): Storage {
  const samples = (word: number): readonly number[] => (isGrey ? [word & 255] : rgb(word))
  const key = unusedColour === null ? [] : samples(unusedColour)
  return {
    layout: {
      ...size,
      bits: 8,
      colourType: isGrey ? 0 : 2,
      palette: new Uint8Array(),
      transparency: Uint8Array.from(key.flatMap((sample) => [0, sample])),
    },
    samplesOf: (word) => (word === 0 ? key : samples(word)),
    hasTransparent: unusedColour !== null,
  }
}

function alphaStorage(size: Size, isGrey: boolean): Storage {
  return {
    layout: { ...size, bits: 8, colourType: isGrey ? 4 : 6, palette: new Uint8Array(), transparency: new Uint8Array() },
    samplesOf: (word) => [...(isGrey ? [word & 255] : rgb(word)), word >>> 24],
    hasTransparent: true,
  }
}

function rgb(word: number): readonly [number, number, number] {
  return [word & 255, (word >>> 8) & 255, (word >>> 16) & 255]
}

/** Brightness, only to sort by. */
function luma(word: number): number {
  const [red, green, blue] = rgb(word)
  return red * 299 + green * 587 + blue * 114
}
