/*
 * SSIMULACRA 2.1, after the published description and constants of its authors' reference implementation.
 *
 * Copyright (c) Jon Sneyers, Cloudinary. All rights reserved.
 * Parts (XYB colour space, Gaussian window): Copyright (c) the JPEG XL Project Authors. All rights reserved.
 * Both under the BSD 3-clause licence; its text is in THIRD-PARTY-NOTICES.md.
 */
import { ERROR_MAPS, MAX_SCALES, NORMS, scoreOf, weightOf } from './weights.js'
import { type RawImage, type ReferencePlane, Workspace } from './workspace.js'

export type { RawImage } from './workspace.js'

/** How much is computed. */
export type Accuracy =
  /** All planes that have a weight: agrees with the reference program. */
  | 'full'
  /** Planes with a weight above 0.01: the same to a few hundredths of a point, at less than half of the cost. */
  | 'reduced'

/** The source's side of a comparison, computed once and good for any number of scores. */
export interface Reference {
  readonly width: number
  readonly height: number
  readonly accuracy: Accuracy
  /** Planes of the source over each background; one entry when the source is opaque. */
  readonly layers: readonly (readonly ReferencePlane[])[]
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
    const planes: ReferencePlane[] = []
    forEachPlane(image, background, accuracy, ({ workspace }) => planes.push(workspace.reference()))
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
    scoreOver(reference, reference.layers[k] ?? (reference.layers[0] as ReferencePlane[]), distorted, background),
  )
  return Math.min(...scores)
}

function scoreOver(
  { accuracy }: Reference,
  planes: readonly ReferencePlane[],
  distorted: RawImage,
  background: number,
): number {
  let sum = 0
  let next = 0
  forEachPlane(distorted, background, accuracy, ({ workspace, channel, scale, scales }) => {
    const errors = workspace.errors(planes[next++] as ReferencePlane)
    for (let map = 0; map < ERROR_MAPS; map++) {
      for (let norm = 0; norm < NORMS; norm++) {
        sum += weightOf(scales, channel, scale, norm, map) * (errors[map * NORMS + norm] as number)
      }
    }
  })
  return scoreOf(sum)
}

interface PlaneVisit {
  /** With the plane taken. */
  workspace: Workspace
  channel: number
  scale: number
  /** Scales the picture has. */
  scales: number
}

/** Visits the planes that count, from the largest scale down, always in the same order. */
function forEachPlane(
  image: RawImage,
  background: number,
  accuracy: Accuracy,
  visit: (plane: PlaneVisit) => void,
): void {
  const workspace = new Workspace(fillUp(image), background)
  const scales = countScales(workspace.width, workspace.height)
  for (let scale = 0; scale < scales; scale++) {
    if (scale > 0) workspace.halve()
    for (let channel = 0; channel < 3; channel++) {
      if (!counts(scales, channel, scale, accuracy)) continue
      workspace.take(channel)
      visit({ workspace, channel, scale, scales })
    }
  }
}

/** A further scale is made as long as the last one has no side below 8 pixels. */
function countScales(width: number, height: number): number {
  let scales = 1
  for (let side = Math.min(width, height); side >= LEAST_SIDE && scales < MAX_SCALES; side = (side + 1) >> 1) scales++
  return scales
}

/** Whether a plane weighs enough to be looked at. */
function counts(scales: number, channel: number, scale: number, accuracy: Accuracy): boolean {
  const least = accuracy === 'full' ? 0 : REDUCED_THRESHOLD
  for (let map = 0; map < ERROR_MAPS; map++) {
    for (let norm = 0; norm < NORMS; norm++) if (weightOf(scales, channel, scale, norm, map) > least) return true
  }
  return false
}

/** The picture with its last column and row repeated up to {@link LEAST_SIDE}. */
function fillUp(image: RawImage): RawImage {
  const width = Math.max(LEAST_SIDE, image.width)
  const height = Math.max(LEAST_SIDE, image.height)
  if (width === image.width && height === image.height) return image
  const { channels } = image
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (Math.min(y, image.height - 1) * image.width + Math.min(x, image.width - 1)) * channels
      data.set(image.data.subarray(from, from + channels), (y * width + x) * channels)
    }
  }
  return { data, width, height, channels }
}

function hasTransparency({ data, channels }: RawImage): boolean {
  if (channels === 3) return false
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true
  return false
}

function checkSize({ data, width, height, channels }: RawImage): void {
  if (!(width > 0 && height > 0)) throw new RangeError('a picture must have pixels')
  if (data.length !== width * height * channels) throw new RangeError('pixel data does not fit the picture size')
}
