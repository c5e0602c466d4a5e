/*
 * SSIMULACRA 2.1, after the published description and constants of its authors' reference implementation.
 *
 * Copyright (c) Jon Sneyers, Cloudinary. All rights reserved.
 * Parts (XYB colour space, Gaussian window): Copyright (c) the JPEG XL Project Authors. All rights reserved.
 * Both under the BSD 3-clause licence; its text is in THIRD-PARTY-NOTICES.md.
 */
import { comparePlane, type PlaneNeeds, type ReferencePlane, referencePlane } from './plane.js'
import { ERROR_MAPS, MAX_SCALES, NORMS, scoreOf, weightOf } from './weights.js'
import { halve, hasTransparency, type LinearImage, linearise, type RawImage, xybPlane } from './xyb.js'

export type { RawImage } from './xyb.js'

/** Which sub-scores are computed. */
export type Accuracy =
  /** All that have a weight: agrees with the reference program. */
  | 'full'
  /** Those with a weight above 0.01: the same to a few hundredths of a point, at less than half of the cost. */
  | 'reduced'

/** The source's side of a comparison, computed once and good for any number of scores. */
export interface Reference {
  readonly width: number
  readonly height: number
  readonly accuracy: Accuracy
  /** Planes of the source over each background; one entry when the source is opaque. */
  readonly layers: readonly (readonly ScaledPlane[])[]
}

/** A plane and where it stands. */
export interface ScaledPlane extends ReferencePlane {
  channel: number
  scale: number
}

const REDUCED_THRESHOLD = 0.01

/** The reference program refuses pictures with a shorter side; here they are filled up to it. */
const LEAST_SIDE = 8

/** Grey levels that transparent pictures are laid over; the worse score counts. The reference program's choice. */
const BACKGROUNDS = [0.1, 0.9] as const

/**
 * Computes the source's side of comparisons.
 * @param accuracy see {@link Accuracy}
 * @throws RangeError when the data does not fit the size
 */
export function prepareReference(image: RawImage, accuracy: Accuracy = 'reduced'): Reference {
  checkSize(image)
  const backgrounds = hasTransparency(image) ? BACKGROUNDS : ([0.1] as const)
  const layers = backgrounds.map((background) => {
    const planes: ScaledPlane[] = []
    forEachPlane(image, background, accuracy, ({ pixels, width, height, channel, scale, needs }) => {
      planes.push({ ...referencePlane(pixels, width, height, needs), channel, scale })
    })
    return planes
  })
  return { width: image.width, height: image.height, accuracy, layers }
}

/**
 * SSIMULACRA 2.1 of a picture against its source: 100 is identical, 90 cannot be told apart, 70 is high quality, 50
 * medium, 30 low; heavy damage goes below 0. Pictures with transparency are laid over dark and light, and the worse
 * score counts.
 * @throws RangeError when the sizes differ
 */
export function score(reference: Reference, distorted: RawImage): number {
  checkSize(distorted)
  if (distorted.width !== reference.width || distorted.height !== reference.height) {
    throw new RangeError('pictures of different sizes cannot be compared')
  }
  const opaque = reference.layers.length === 1 && !hasTransparency(distorted)
  const scores = BACKGROUNDS.slice(0, opaque ? 1 : 2).map((background, k) =>
    scoreOver(reference, reference.layers[k] ?? (reference.layers[0] as ScaledPlane[]), distorted, background),
  )
  return Math.min(...scores)
}

function scoreOver(
  reference: Reference,
  planes: readonly ScaledPlane[],
  distorted: RawImage,
  background: number,
): number {
  let sum = 0
  let next = 0
  forEachPlane(distorted, background, reference.accuracy, ({ pixels, channel, scale, scales, needs }) => {
    const errors = comparePlane(planes[next++] as ScaledPlane, pixels, needs)
    for (let map = 0; map < ERROR_MAPS; map++) {
      for (let norm = 0; norm < NORMS; norm++) {
        sum += weightOf(scales, channel, scale, norm, map) * (errors[map * NORMS + norm] as number)
      }
    }
  })
  return scoreOf(sum)
}

interface PlaneVisit {
  pixels: Float32Array
  width: number
  height: number
  channel: number
  scale: number
  /** Scales the picture has. */
  scales: number
  needs: PlaneNeeds
}

/** Visits the planes that count, from the largest scale down, always in the same order. */
function forEachPlane(
  image: RawImage,
  background: number,
  accuracy: Accuracy,
  visit: (plane: PlaneVisit) => void,
): void {
  let linear: LinearImage = linearise(image, background, LEAST_SIDE)
  const scales = countScales(linear.width, linear.height)
  for (let scale = 0; scale < scales; scale++) {
    if (scale > 0) linear = halve(linear)
    const { width, height } = linear
    for (let channel = 0; channel < 3; channel++) {
      const needs = needsOf(scales, channel, scale, accuracy)
      if (!needs.structure && !needs.edges) continue
      visit({ pixels: xybPlane(linear, channel), width, height, channel, scale, scales, needs })
    }
  }
}

/** A further scale is made as long as the last one has no side below 8 pixels. */
function countScales(width: number, height: number): number {
  let scales = 1
  for (let side = Math.min(width, height); side >= LEAST_SIDE && scales < MAX_SCALES; side = (side + 1) >> 1) scales++
  return scales
}

function needsOf(scales: number, channel: number, scale: number, accuracy: Accuracy): PlaneNeeds {
  const least = accuracy === 'full' ? 0 : REDUCED_THRESHOLD
  const counts = (map: number) =>
    weightOf(scales, channel, scale, 0, map) > least || weightOf(scales, channel, scale, 1, map) > least
  return { structure: counts(0), edges: counts(1) || counts(2) }
}

function checkSize({ data, width, height, channels }: RawImage): void {
  if (!(width > 0 && height > 0)) throw new RangeError('a picture must have pixels')
  if (data.length !== width * height * channels) throw new RangeError('pixel data does not fit the picture size')
}
