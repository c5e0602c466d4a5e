import { blend, light, rgb, set } from './colour.mjs'
import { cloud, mix, noise, ridge, smoothstep } from './noise.mjs'
import { seededRandom } from './random.mjs'

/**
 * @typedef {import('./colour.mjs').Rgb} Rgb
 * @typedef {(y: number, out: Rgb) => void} Column colours one column of the picture, y from 0 (top) to 1
 * @typedef {(x: number) => Column} Scene x from 0 to the picture's width over its height
 */

/**
 * @typedef {object} Mood
 * @property {string} zenith sky at the top
 * @property {string} horizon sky at the skyline, and the haze over distant ridges
 * @property {string} sun its glow
 * @property {string} far rock far away
 * @property {string} near ground at the feet
 * @property {[number, number]} sunAt x and y
 */

/** @type {Record<'dawn' | 'noon' | 'dusk', Mood>} */
export const moods = {
  dawn: { zenith: '#35598c', horizon: '#f6cfa8', sun: '#ffe9c0', far: '#5b6f90', near: '#1b2a26', sunAt: [1.16, 0.38] },
  noon: { zenith: '#2f74c0', horizon: '#d3e6f2', sun: '#ffffff', far: '#6f8ba5', near: '#2f4a26', sunAt: [0.3, 0.1] },
  dusk: { zenith: '#2a2350', horizon: '#ef8a62', sun: '#ffc08a', far: '#5a4673', near: '#15131f', sunAt: [0.62, 0.5] },
}

/**
 * Mountain ridges behind each other under a sky with clouds, wooded in front.
 *
 * @param {number} seed
 * @param {Mood} mood
 * @param {number} [layers] ridges from far to near
 * @returns {Scene}
 */
export function mountains(seed, mood, layers = 5) {
  const sky = skyOf(seed, mood)
  const haze = rgb(mood.horizon)
  const far = rgb(mood.far)
  const near = rgb(mood.near)
  return (x) => {
    const skyAt = sky(x)
    const tops = Array.from({ length: layers }, (_, layer) => skyline(x, layer / (layers - 1), seed + layer * 31))
    return (y, out) => {
      const layer = tops.findLastIndex((top) => y >= top)
      if (layer < 0) return skyAt(y, out)
      const depth = layer / (layers - 1)
      const below = y - tops[layer]
      set(out, far)
      blend(out, near, depth ** 0.8)
      light(out, 0.62 + 0.75 * cloud(x * (9 + 40 * depth), y * (14 + 60 * depth), seed + layer, 5))
      if (depth < 0.6) blend(out, [0.97, 0.97, 1], snow(x, y, tops[layer], seed) * (0.75 - depth))
      blend(out, haze, (1 - depth) ** 1.5 * 0.55 * smoothstep(-0.05, 0.22, below) + (1 - depth) * 0.12)
    }
  }
}

/** Height of a ridge's upper edge; near ridges end in tree tops. @param {number} x @param {number} depth @param {number} seed */
function skyline(x, depth, seed) {
  const rough = ridge(x * (1.4 + depth) + seed * 0.37, 0.5, seed, 7)
  const trees =
    depth > 0.55 ? (depth - 0.5) * 0.07 * Math.abs(noise(x * 120, 1, seed) - 0.3) * (1 + noise(x * 37, 2, seed)) : 0
  return mix(0.62, 0.98, depth) - rough * mix(0.42, 0.16, depth) - trees
}

/** @param {number} x @param {number} y @param {number} top @param {number} seed */
function snow(x, y, top, seed) {
  const line = 0.46 + 0.1 * (cloud(x * 8, y * 8, seed + 5, 4) - 0.5)
  return (
    smoothstep(line, line - 0.08, y) *
    smoothstep(0.42, 0.58, cloud(x * 22 + y * 15, y * 30, seed + 9, 4)) *
    (y - top < 0.3 ? 1 : 0)
  )
}

/**
 * @param {number} seed
 * @param {Mood} mood
 * @returns {Scene}
 */
function skyOf(seed, mood) {
  const zenith = rgb(mood.zenith)
  const horizon = rgb(mood.horizon)
  const sun = rgb(mood.sun)
  return (x) => (y, out) => {
    set(out, zenith)
    blend(out, horizon, smoothstep(-0.1, 0.62, y))
    const distance = Math.hypot(x - mood.sunAt[0], y - mood.sunAt[1])
    const puff = cloud(x * 2.2 + 3, y * 6 + 0.6 * noise(x * 3, y * 3, seed), seed + 77, 6)
    blend(out, [1, 0.98, 0.95], smoothstep(0.5, 0.8, puff) * 0.55)
    blend(out, sun, Math.min(1, 0.7 * Math.exp(-distance * 4.5) + smoothstep(0.045, 0.038, distance)))
  }
}

/**
 * Sea with waves and the sun's glitter, wet sand in front.
 *
 * @param {number} seed
 * @param {Mood} mood
 * @returns {Scene}
 */
export function coast(seed, mood) {
  const sky = skyOf(seed, { ...mood, sunAt: [mood.sunAt[0], Math.min(mood.sunAt[1], 0.36)] })
  const deep = rgb('#0f3f55')
  const shallow = rgb('#5aa39b')
  const sand = rgb('#c9ae86')
  return (x) => {
    const skyAt = sky(x)
    const shore = 0.8 + 0.05 * (cloud(x * 2.2, 4, seed, 4) - 0.5) + 0.04 * x
    return (y, out) => {
      if (y < 0.44) return skyAt(y, out)
      const nearness = (y - 0.44) / 0.56
      if (y > shore) return beach(x, y, shore, out)
      const scale = 1 / (0.03 + nearness)
      const wave = cloud(x * scale * 3.2, scale * 5 + y * 40, seed + 3, 5)
      set(out, deep)
      blend(out, shallow, smoothstep(0.1, 0.8, nearness) * 0.8)
      light(out, 0.6 + 0.8 * wave)
      blend(out, rgb(mood.sun), smoothstep(0.6, 0.78, wave) * Math.exp(-Math.abs(x - mood.sunAt[0]) * 3.2) * 0.9)
      blend(out, [1, 1, 1], smoothstep(0.03, 0, shore - y) * smoothstep(0.35, 0.6, cloud(x * 30, y * 60, seed + 8, 4)))
    }
  }

  /** @param {number} x @param {number} y @param {number} shore @param {Rgb} out */
  function beach(x, y, shore, out) {
    set(out, sand)
    light(out, 0.72 + 0.5 * cloud(x * 60, y * 90, seed + 21, 5))
    blend(out, rgb('#5d5648'), smoothstep(0.07, 0, y - shore) * 0.6)
    blend(out, [1, 1, 1], smoothstep(0.012, 0, y - shore) * 0.85)
  }
}

/**
 * Sand dunes with wind ripples, lit from one side.
 *
 * @param {number} seed
 * @param {Mood} mood
 * @returns {Scene}
 */
export function dunes(seed, mood) {
  const sky = skyOf(seed, mood)
  const lit = rgb('#e6a768')
  const shade = rgb('#6b3a2e')
  return (x) => {
    const skyAt = sky(x)
    const tops = [0, 1, 2, 3].map(
      (layer) => 0.42 + layer * 0.15 + 0.16 * (noise(x * (1.1 + layer * 0.35), layer, seed) - 0.5),
    )
    return (y, out) => {
      const layer = tops.findLastIndex((top) => y >= top)
      if (layer < 0) return skyAt(y, out)
      const below = y - tops[layer]
      const slope =
        noise((x + 0.004) * (1.1 + layer * 0.35), layer, seed) - noise((x - 0.004) * (1.1 + layer * 0.35), layer, seed)
      const ripple = Math.sin((y * 70 + 5 * cloud(x * 5, y * 5, seed + 2, 3)) * (2.4 - layer * 0.4) + x * 22)
      set(out, shade)
      blend(out, lit, smoothstep(-0.016, 0.016, slope + below * 0.012 - 0.001) * 0.85 + 0.1)
      light(out, 0.92 + 0.06 * ripple * (0.3 + layer * 0.25) + 0.2 * (cloud(x * 160, y * 160, seed, 2) - 0.5))
      blend(out, rgb(mood.horizon), (1 - layer / 3) * 0.35)
    }
  }
}

/**
 * Lights out of focus at night.
 *
 * @param {number} seed
 * @returns {Scene}
 */
export function bokeh(seed) {
  const random = seededRandom(seed)
  const tints = ['#ffb35c', '#ff7a59', '#ffe0a3', '#7fc4ff', '#c9a3ff'].map(rgb)
  const lights = Array.from({ length: 70 }, () => ({
    x: random() * 1.7,
    y: 0.25 + 0.55 * random() ** 1.2,
    radius: 0.02 + 0.06 * random() ** 2,
    strength: 0.15 + 0.5 * random(),
    tint: tints[Math.floor(random() * tints.length)],
  }))
  return (x) => {
    const near = lights.filter((spot) => Math.abs(spot.x - x) < spot.radius + 0.01)
    return (y, out) => {
      set(out, [0.035, 0.045, 0.09])
      blend(out, rgb('#33265a'), smoothstep(0, 0.8, y) * 0.5 * (0.5 + cloud(x * 3, y * 3, seed, 3)))
      for (const spot of near) {
        const distance = Math.hypot(spot.x - x, spot.y - y) / spot.radius
        const disc = smoothstep(1.05, 0.95, distance) * (0.7 + 0.3 * distance)
        for (let channel = 0; channel < 3; channel++) out[channel] += spot.tint[channel] * disc * spot.strength
      }
      blend(out, [0.02, 0.02, 0.03], smoothstep(0.84, 0.9, y + 0.05 * (noise(x * 6, 2, seed) - 0.5)))
    }
  }
}

/**
 * Tree trunks that fade into fog.
 *
 * @param {number} seed
 * @returns {Scene}
 */
export function forest(seed) {
  const random = seededRandom(seed)
  const trunks = Array.from({ length: 46 }, (_, index) => {
    const depth = index / 45
    return { x: random() * 1.8, width: 0.008 + 0.04 * depth ** 2, depth, lean: (random() - 0.5) * 0.06 }
  })
  const fog = rgb('#c7d2c2')
  const bark = rgb('#2b241c')
  const moss = rgb('#46602b')
  return (x) => (y, out) => {
    set(out, fog)
    blend(out, rgb('#f4efd8'), smoothstep(0.6, 0, Math.hypot(x - 0.9, y - 0.2)))
    light(out, 0.82 + 0.25 * cloud(x * 6, y * 6, seed + 1, 5))
    for (const trunk of trunks) {
      const offset = (x - trunk.x - trunk.lean * y - 0.004 * noise(y * 9, trunk.x * 50, seed)) / trunk.width
      const floor = 0.72 + trunk.depth * 0.22
      if (Math.abs(offset) > 1 || y > floor + 0.02) continue
      const round = 0.45 + 0.75 * Math.sqrt(1 - offset * offset) * cloud(x * 90, y * 14, seed + 5, 4)
      /** @type {Rgb} */
      const colour = [bark[0] * round * 2, bark[1] * round * 2, bark[2] * round * 2]
      blend(colour, moss, smoothstep(0.5, 0.75, cloud(x * 40, y * 24, seed + 6, 4)) * 0.7)
      blend(colour, fog, (1 - trunk.depth) * 0.85)
      blend(out, colour, smoothstep(1, 0.8, Math.abs(offset)) * smoothstep(floor + 0.02, floor, y))
    }
    const ground = 0.74 + 0.04 * cloud(x * 4, 8, seed, 4)
    if (y > ground) {
      /** @type {Rgb} */
      const fern = [moss[0], moss[1], moss[2]]
      light(fern, 0.4 + 1.3 * cloud(x * 70, y * 110, seed + 8, 5))
      blend(out, fern, smoothstep(ground, ground + 0.16, y))
    }
  }
}
