import sharp, { type Sharp } from 'sharp'

/** Numbers that look random and are the same every time (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Raw {
  data: Buffer
  width: number
  height: number
  channels: 3 | 4
}

/** Something like a photo: smooth shapes under fine noise, opaque unless `channels` is 4. */
export function photo(width: number, height: number, channels: 3 | 4 = 3, seed = 7): Raw {
  const random = randomOf(seed)
  const data = Buffer.alloc(width * height * channels)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * channels
      const edge = Math.hypot(x - width / 2, y - height / 2) < width / 4 ? 60 : 0
      const noise = (random() - 0.5) * 14
      data[at] = 90 + 60 * Math.sin(x / 23) + edge + noise
      data[at + 1] = 100 + 50 * Math.sin(y / 17) + edge / 2 + noise
      data[at + 2] = 110 + 40 * Math.sin((x + y) / 31) + noise
      if (channels === 4)
        data[at + 3] = Math.min(255, Math.max(0, 512 - (1024 * Math.hypot(x - width / 2, y - height / 2)) / width))
    }
  }
  return { data, width, height, channels }
}

/** Something like a screenshot: flat areas, hard edges, a soft gradient. */
export function screenshot(width: number, height: number): Raw {
  const data = Buffer.alloc(width * height * 3)
  const random = randomOf(3)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3
      const text = y % 16 > 4 && y % 16 < 12 && random() < 0.2 && x > 20 && x < width / 2
      const value = text ? 40 : x > width / 2 ? 120 + Math.round((100 * y) / height) : 245
      data.set([value, text ? value : Math.min(255, value + 6), Math.min(255, value + 9 + (x % 3))], at)
    }
  }
  return { data, width, height, channels: 3 }
}

export function image({ data, width, height, channels }: Raw): Sharp {
  return sharp(data, { raw: { width, height, channels } })
}

/** Frames of a square that moves over a still photo, as one tall raw picture. */
export function animation(width: number, height: number, frames: number): Sharp {
  const base = photo(width, height)
  const data = Buffer.concat(
    Array.from({ length: frames }, (_, frame) => {
      const copy = Buffer.from(base.data)
      for (let y = 10; y < 30; y += 1) copy.fill(230, (y * width + frame * 6) * 3, (y * width + frame * 6 + 20) * 3)
      return copy
    }),
  )
  return sharp(data, { raw: { width, height: height * frames, channels: 3, pageHeight: height } })
}

/** Pixels as a browser would draw them, as RGBA; all frames below each other. */
export async function pixels(bytes: Uint8Array): Promise<{ data: Buffer; width: number; height: number }> {
  const image = sharp(bytes, { animated: true, ignoreIcc: true, limitInputPixels: false })
  const { data, info } = await image.toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}
