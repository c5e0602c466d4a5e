import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { colourError } from './colour.js'
import { BrokenGifError, GifLimitError, optimiseGif, renderGif, showsAlike } from './index.js'

interface TestFrame {
  x?: number
  y?: number
  width: number
  height: number
  pixels: number[]
  disposal?: number
  delay?: number
  transparent?: number
  /** Colours as 0xrrggbb. */
  palette?: number[]
  interlaced?: boolean
  /** `false` leaves the graphic control extension out. */
  control?: boolean
}

interface TestGif {
  width: number
  height: number
  palette?: number[]
  loop?: number
  comment?: string
  frames: TestFrame[]
}

/** Writes a GIF in the plainest way: LZW codes of one pixel each, and a clear code before the code width would grow. */
function makeGif(gif: TestGif): Uint8Array {
  const word = (value: number) => [value & 255, value >> 8]
  const text = (value: string) => [...Buffer.from(value, 'latin1')]
  const loop = gif.loop === undefined ? [] : [0x21, 0xff, 11, ...text('NETSCAPE2.0'), 3, 1, ...word(gif.loop), 0]
  const comment = gif.comment ? [0x21, 0xfe, gif.comment.length, ...text(gif.comment), 0] : []
  const frames = gif.frames.map((frame) => {
    const { disposal = 0, transparent = -1 } = frame
    const packed = (disposal << 2) | (transparent < 0 ? 0 : 1)
    const control = [0x21, 0xf9, 4, packed, ...word(frame.delay ?? 0), Math.max(0, transparent), 0]
    const size = [...word(frame.x ?? 0), ...word(frame.y ?? 0), ...word(frame.width), ...word(frame.height)]
    const flags = sizeField(frame.palette) | (frame.interlaced ? 0x40 : 0)
    const head = [0x2c, ...size, flags, ...paletteBytes(frame.palette)]
    return [...(frame.control === false ? [] : control), ...head, ...plainLzw(storedOrder(frame))]
  })
  const screen = [...word(gif.width), ...word(gif.height), 0x70 | sizeField(gif.palette), 0, 0]
  const head = [...text('GIF89a'), ...screen, ...paletteBytes(gif.palette)]
  return Uint8Array.from([...head, ...loop, ...comment, ...frames.flat(), 0x3b])
}

function sizeField(palette?: number[]): number {
  return palette ? 0x80 | (Math.max(1, Math.ceil(Math.log2(palette.length))) - 1) : 0
}

function paletteBytes(palette?: number[]): number[] {
  if (!palette) return []
  const bytes = palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255])
  return [...bytes, ...new Array<number>((6 << (sizeField(palette) & 7)) - bytes.length).fill(0)]
}

function storedOrder(frame: TestFrame): number[] {
  const rows = Array.from({ length: frame.height }, (_, y) =>
    frame.pixels.slice(y * frame.width, (y + 1) * frame.width),
  )
  if (!frame.interlaced) return rows.flat()
  const pass = (start: number, step: number) => rows.filter((_, y) => y % step === start)
  return [pass(0, 8), pass(4, 8), pass(2, 4), pass(1, 2)].flat(2)
}

function plainLzw(pixels: number[]): number[] {
  const size = Math.max(2, Math.ceil(Math.log2(Math.max(...pixels, 0) + 1)))
  const bytes: number[] = []
  let bits = 0
  let count = 0
  const put = (code: number) => {
    bits |= code << count
    for (count += size + 1; count >= 8; count -= 8) {
      bytes.push(bits & 255)
      bits >>>= 8
    }
  }
  for (const [at, pixel] of pixels.entries()) {
    if (at % ((1 << size) - 2) === 0) put(1 << size)
    put(pixel)
  }
  put((1 << size) + 1)
  if (count > 0) bytes.push(bits & 255)
  const blocks: number[] = []
  for (let at = 0; at < bytes.length; at += 255) {
    const part = bytes.slice(at, at + 255)
    blocks.push(part.length, ...part)
  }
  return [size, ...blocks, 0]
}

const SEED = 20240917

function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function framesOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from(renderGif(bytes).frames, (frame) => frame.slice())
}

function fill(width: number, height: number, index: number): number[] {
  return new Array<number>(width * height).fill(index)
}

/** Everything sharp tells about a GIF; colours below transparent pixels do not count. */
async function seenBySharp(bytes: Uint8Array) {
  const { pages, delay, loop } = await sharp(bytes, { animated: true }).metadata()
  const { data, info } = await sharp(bytes, { animated: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 0) data.fill(0, at, at + 4)
  return { pages, delay, loop, width: info.width, height: info.height, data: new Uint8Array(data) }
}

async function expectSame(source: Uint8Array, result: Uint8Array) {
  const [before, after] = [renderGif(source), renderGif(result)]
  expect(after.delays).toEqual(before.delays)
  expect([after.width, after.height, after.loop]).toEqual([before.width, before.height, before.loop])
  const frames = framesOf(result)
  for (const [number, frame] of framesOf(source).entries()) {
    expect(Buffer.compare(frames[number] as Uint8Array, frame), `frame ${number}`).toBe(0)
  }
  const [seen, wanted] = [await seenBySharp(result), await seenBySharp(source)]
  expect(Buffer.compare(seen.data, wanted.data), 'as sharp sees it').toBe(0)
  expect({ ...seen, data: null }).toEqual({ ...wanted, data: null })
}

const RED = 0xff0000
const GREEN = 0x00ff00
const BLUE = 0x0000ff
const FOUR = [RED, GREEN, BLUE, 0xffffff]

/** Three frames over a red one: the second is disposed of in the given way before the third is drawn. */
function disposalGif(disposal: number): TestGif {
  return {
    width: 8,
    height: 6,
    palette: FOUR,
    loop: 0,
    frames: [
      { width: 8, height: 6, pixels: fill(8, 6, 0), disposal: 1, delay: 5, transparent: 3 },
      { x: 2, y: 2, width: 4, height: 3, pixels: fill(4, 3, 1), disposal, delay: 7, transparent: 3 },
      { x: 7, y: 0, width: 1, height: 1, pixels: [2], disposal: 1, delay: 9, transparent: 3 },
    ],
  }
}

function randomGif(seed: number): TestGif {
  const random = randomNumbers(seed)
  const width = 4 + random(28)
  const height = 4 + random(28)
  const makePalette = () => Array.from({ length: 2 + random(random(2) ? 254 : 8) }, () => random(1 << 24))
  const palette = makePalette()
  const withControl = random(6) > 0
  const frames = Array.from({ length: 1 + random(6) }, (_, number): TestFrame => {
    const rect = number === 0 || random(4) === 0 ? [0, 0, width, height] : randomRect(random, width, height)
    const [x = 0, y = 0, w = 1, h = 1] = rect
    const own = random(3) === 0 ? { palette: makePalette() } : {}
    const size = (own.palette ?? palette).length
    const flat = random(size)
    const pixels = Array.from({ length: w * h }, () => (random(3) ? flat : random(size)))
    const control = withControl
      ? { disposal: random(4), delay: random(20), ...(random(3) ? { transparent: flat } : {}) }
      : {}
    return { x, y, width: w, height: h, pixels, interlaced: random(4) === 0, control: withControl, ...own, ...control }
  })
  return { width, height, palette, ...(random(2) ? { loop: random(9) } : {}), frames }
}

function randomRect(random: (below: number) => number, width: number, height: number): number[] {
  const [x, y] = [random(width), random(height)]
  return [x, y, 1 + random(width - x), 1 + random(height - y)]
}

describe('renderGif', () => {
  const pixel = (frame: Uint8Array | undefined, x: number, y: number) => [
    ...(frame ?? []).slice((y * 8 + x) * 4).slice(0, 4),
  ]

  it.each([
    [0, [0, 255, 0, 255]],
    [1, [0, 255, 0, 255]],
    [2, [0, 0, 0, 0]],
    [3, [255, 0, 0, 255]],
    [4, [255, 0, 0, 255]],
    [5, [0, 255, 0, 255]],
  ])('disposes of a frame by method %i', (disposal, expected) => {
    const frames = framesOf(makeGif(disposalGif(disposal)))
    expect(frames).toHaveLength(3)
    expect(pixel(frames[1], 3, 3)).toEqual([0, 255, 0, 255])
    expect(pixel(frames[2], 3, 3)).toEqual(expected)
    expect(pixel(frames[2], 0, 0)).toEqual([255, 0, 0, 255])
    expect(pixel(frames[2], 7, 0)).toEqual([0, 0, 255, 255])
  })

  it('gives delays and repetitions as stored', () => {
    expect(renderGif(makeGif(disposalGif(1)))).toMatchObject({ width: 8, height: 6, delays: [5, 7, 9], loop: 0 })
    expect(renderGif(makeGif({ ...disposalGif(1), loop: 5 })).loop).toBe(5)
    const { loop: _, ...once } = disposalGif(1)
    expect(renderGif(makeGif(once)).loop).toBe(null)
  })

  it('agrees with sharp on random animations that declare what they clear', async () => {
    for (let seed = SEED; seed < SEED + 40; seed++) {
      const gif = randomGif(seed)
      // Without a transparent index, sharp clears to the background colour where browsers clear to transparent.
      for (const frame of gif.frames) if (frame.transparent === undefined && frame.control) frame.disposal = 1
      const bytes = makeGif(gif)
      const expected = (await seenBySharp(bytes)).data
      expect(Buffer.compare(Buffer.concat(framesOf(bytes)), expected), `seed ${seed}`).toBe(0)
    }
  }, 20_000)

  it('drops pixels beyond the screen and draws nothing for empty frames', () => {
    const base = { width: 8, height: 6, pixels: fill(8, 6, 0) }
    const outside = { x: 6, y: 5, width: 4, height: 4, pixels: fill(4, 4, 1) }
    const empty = { width: 0, height: 3, pixels: [] }
    const frames = framesOf(makeGif({ width: 8, height: 6, palette: FOUR, frames: [base, outside, empty] }))
    expect(pixel(frames[1], 7, 5)).toEqual([0, 255, 0, 255])
    expect(pixel(frames[1], 5, 5)).toEqual([255, 0, 0, 255])
    expect(frames[2]).toEqual(frames[1])
  })

  it('shows the same without a trailer, which optimising puts back', () => {
    const bytes = makeGif(disposalGif(2))
    const open = bytes.subarray(0, -1)
    expect(framesOf(open)).toEqual(framesOf(bytes))
    const smaller = optimiseGif(open, { lossy: 0, keepComments: false })
    expect(smaller).toEqual(optimiseGif(bytes, { lossy: 0, keepComments: false }))
    expect(smaller?.at(-1)).toBe(0x3b)
  })

  it('refuses data that is broken or short, and pictures above the limits', () => {
    const bytes = makeGif(disposalGif(1))
    for (const end of [0, 5, 12, 30, bytes.length - 20, bytes.length - 2]) {
      expect(() => framesOf(bytes.subarray(0, end)), `cut at ${end}`).toThrow(BrokenGifError)
    }
    const short = makeGif({
      width: 4,
      height: 4,
      palette: FOUR,
      frames: [{ width: 4, height: 4, pixels: fill(3, 4, 1) }],
    })
    expect(() => framesOf(short)).toThrow(BrokenGifError)
    // A gigapixel in a few bytes is refused before there is memory for it.
    const lying = makeGif({ ...disposalGif(1), frames: [{ width: 30_000, height: 30_000, pixels: fill(2, 2, 1) }] })
    expect(() => framesOf(lying)).toThrow('too little data')
    expect(() => renderGif(bytes, { screenPixels: 47 })).toThrow(GifLimitError)
    expect(() => optimiseGif(bytes, { lossy: 0, keepComments: false, limits: { framePixels: 60 } })).toThrow(
      GifLimitError,
    )
  })
})

describe('optimiseGif without loss', () => {
  const lossless = { lossy: 0, keepComments: false }
  const shades = (from: number, count: number) => Array.from({ length: count }, (_, k) => (from + k) * 0x010305)
  const ramp = (width: number, height: number, size: number) =>
    Array.from({ length: width * height }, (_, k) => k % size)

  const cases: [string, TestGif][] = [
    ...[0, 1, 2, 3, 4, 7].map((disposal): [string, TestGif] => [`disposal ${disposal}`, disposalGif(disposal)]),
    [
      'a palette far too large',
      { width: 9, height: 9, palette: shades(0, 256), frames: [{ width: 9, height: 9, pixels: fill(9, 9, 200) }] },
    ],
    [
      'interlacing',
      {
        width: 20,
        height: 21,
        palette: FOUR,
        frames: [{ width: 20, height: 21, pixels: ramp(20, 21, 3), interlaced: true }],
      },
    ],
    [
      'more than 256 colours in all',
      {
        width: 16,
        height: 16,
        loop: 5,
        frames: [0, 200, 0].map((from, number) => ({
          ...{ width: 16, height: 16, pixels: ramp(16, 16, 256), palette: shades(from, 256), delay: number },
        })),
      },
    ],
    [
      'local palettes that fit one',
      {
        width: 12,
        height: 12,
        loop: 0,
        frames: [FOUR, [BLUE, RED], [0x123456, RED]].map((palette) => ({
          ...{ width: 12, height: 12, pixels: ramp(12, 12, palette.length), palette, delay: 3, disposal: 1 },
        })),
      },
    ],
    [
      'frames that repeat',
      {
        width: 16,
        height: 16,
        palette: FOUR,
        loop: 0,
        frames: [1, 2, 3].map(() => ({ width: 16, height: 16, pixels: ramp(16, 16, 4), delay: 10 })),
      },
    ],
    [
      'no control extensions',
      {
        width: 30,
        height: 8,
        palette: FOUR,
        frames: [2, 3].map((size) => ({ width: 30, height: 8, pixels: ramp(30, 8, size), control: false })),
      },
    ],
    [
      'clearing without a transparent index',
      { ...disposalGif(2), frames: disposalGif(2).frames.map(({ transparent: _, ...frame }) => frame) },
    ],
  ]

  it.each(cases)('shows the same: %s', async (_, gif) => {
    const source = makeGif(gif)
    const result = optimiseGif(source, lossless)
    expect(result?.length).toBeLessThan(source.length)
    await expectSame(source, result as Uint8Array)
  })

  it(`shows the same on random animations (seed ${SEED})`, async () => {
    let smaller = 0
    for (let seed = SEED; seed < SEED + 50; seed++) {
      const source = makeGif(randomGif(seed))
      const result = optimiseGif(source, lossless)
      if (!result) continue
      smaller++
      expect(result.length).toBeLessThan(source.length)
      await expectSame(source, result)
    }
    expect(smaller).toBeGreaterThan(40)
  }, 20_000)

  it('keeps every frame, even one that changes nothing, and makes such a frame tiny', () => {
    const frame = { width: 64, height: 64, pixels: ramp(64, 64, 4), delay: 4 }
    const once = optimiseGif(makeGif({ width: 64, height: 64, palette: FOUR, frames: [frame] }), lossless)
    const often = optimiseGif(
      makeGif({ width: 64, height: 64, palette: FOUR, frames: [frame, frame, frame] }),
      lossless,
    )
    expect(renderGif(often as Uint8Array).delays).toEqual([4, 4, 4])
    expect((often?.length ?? 0) - (once?.length ?? 0)).toBeLessThan(2 * 26)
  })

  it('survives dictionaries that fill several times, and returns null on its own result', () => {
    const random = randomNumbers(SEED)
    const pixels = Array.from({ length: 200 * 200 }, (_, k) => (k < 20000 ? random(200) : random(3)))
    const source = makeGif({
      width: 200,
      height: 200,
      palette: shades(1, 200),
      frames: [{ width: 200, height: 200, pixels }],
    })
    const result = optimiseGif(source, lossless) as Uint8Array
    expect(Buffer.compare(Buffer.concat(framesOf(result)), Buffer.concat(framesOf(source)))).toBe(0)
    expect(optimiseGif(result, lossless)).toBe(null)
  })

  it('leaves files alone that viewers disagree on, and those with nothing to gain', () => {
    const base = { width: 8, height: 6, pixels: fill(8, 6, 0) }
    const leaves = (extra: Partial<TestFrame>, palette?: number[]) => {
      const frame = { ...base, ...extra }
      const gif = { width: 8, height: 6, frames: [base, frame], ...(palette ? { palette } : {}) }
      expect(optimiseGif(makeGif(gif), lossless)).toBe(null)
    }
    leaves({ x: 5 }, FOUR)
    leaves({ width: 0, pixels: [] }, FOUR)
    leaves({})
    leaves({ pixels: fill(8, 6, 3) }, [RED, GREEN])
    const dot = makeGif({ width: 1, height: 1, palette: [RED, GREEN], frames: [{ width: 1, height: 1, pixels: [1] }] })
    expect(optimiseGif(dot, lossless)).toBe(null)
  })

  it('keeps comments when asked to', () => {
    const source = makeGif({ ...disposalGif(2), comment: 'made by hand' })
    const texts = [true, false].map((keepComments) =>
      Buffer.from(optimiseGif(source, { lossy: 0, keepComments }) as Uint8Array).toString('latin1'),
    )
    expect(texts[0]).toContain('made by hand')
    expect(texts[1]).not.toContain('made by hand')
  })
})

describe('optimiseGif with loss', () => {
  const random = randomNumbers(SEED)
  const palette = Array.from({ length: 200 }, (_, k) => (50 + (k % 100)) * 0x010101 + (k > 99 ? 2 : 0))
  const noise = Array.from({ length: 60 * 60 }, () => 40 + random(12))
  const moved = noise.map((index, at) => (at % 60 < 30 ? index : 40 + random(12)))
  const frames = [noise, moved, noise].map((pixels) => ({ width: 60, height: 60, pixels, delay: 5, disposal: 1 }))
  const source = makeGif({ width: 60, height: 60, palette, loop: 0, frames })
  const exact = optimiseGif(source, { lossy: 0, keepComments: false }) as Uint8Array
  const words = (bytes: Uint8Array) => framesOf(bytes).map((frame) => new Uint32Array(frame.buffer))

  it.each([20, 60, 150])('stays within an error of %i and gets smaller', (lossy) => {
    const result = optimiseGif(source, { lossy, keepComments: false }) as Uint8Array
    expect(result.length).toBeLessThan(exact.length)
    const shown = words(result)
    let worst = 0
    for (const [number, frame] of words(source).entries()) {
      for (const [at, pixel] of frame.entries()) {
        worst = Math.max(worst, colourError(pixel, shown[number]?.[at] as number))
      }
    }
    expect(worst).toBeGreaterThan(0)
    expect(worst).toBeLessThanOrEqual(lossy)
  })

  it('leaves the look at a result to who asks for that: it passes within its own error, and not within less', () => {
    const lossy = 150
    const result = optimiseGif(source, { lossy, keepComments: false, isUnchecked: true }) as Uint8Array
    expect(result).toEqual(optimiseGif(source, { lossy, keepComments: false }))
    expect(showsAlike(source, result, lossy)).toBe(true)
    expect(showsAlike(source, result, 1)).toBe(false)
    expect(showsAlike(source, exact, 0)).toBe(true)
    const still = makeGif({ width: 60, height: 60, palette, frames: frames.slice(0, 1) })
    expect(showsAlike(source, still, lossy)).toBe(false)
  })

  it('knows its own results and leaves their colours alone, also after another pass without loss', () => {
    const result = optimiseGif(source, { lossy: 60, keepComments: false }) as Uint8Array
    expect(optimiseGif(result, { lossy: 150, keepComments: false })).toBeNull()
    const commented = Buffer.concat([result.subarray(0, -1), Buffer.from('\x21\xfe\x04made\0\x3b', 'latin1')])
    const repacked = optimiseGif(commented, { lossy: 0, keepComments: false }) as Uint8Array
    expect(repacked.length).toBeLessThan(commented.length)
    expect(optimiseGif(repacked, { lossy: 150, keepComments: false })).toBeNull()
    expect(optimiseGif(exact, { lossy: 150, keepComments: false })).not.toBeNull()
  })

  it('never changes a pixel that did not change in the source', () => {
    const shown = words(optimiseGif(source, { lossy: 150, keepComments: false }) as Uint8Array)
    const wanted = words(source)
    for (let number = 1; number < 3; number++) {
      const flickers = wanted[number]?.findIndex(
        (pixel, at) => pixel === wanted[number - 1]?.[at] && shown[number]?.[at] !== shown[number - 1]?.[at],
      )
      expect(flickers).toBe(-1)
    }
  })
})

it(`meets damaged files with an error of its own or a result (seed ${SEED})`, () => {
  const random = randomNumbers(SEED)
  const sources = Array.from({ length: 25 }, (_, k) => makeGif(randomGif(SEED + k)))
  const limits = { screenPixels: 3e4, framePixels: 6e4 }
  let results = 0
  for (let round = 0; round < 1000; round++) {
    const bytes = (sources[round % sources.length] as Uint8Array).slice()
    for (let k = 1 + random(4); k > 0; k--) bytes[random(bytes.length)] = random(256)
    const damaged = random(4) ? bytes : bytes.subarray(0, random(bytes.length))
    try {
      const result = optimiseGif(damaged, { lossy: round % 2 ? 60 : 0, keepComments: false, limits })
      if (result && round % 2 === 0) {
        expect(Buffer.compare(Buffer.concat(framesOf(result)), Buffer.concat(framesOf(damaged)))).toBe(0)
      }
      results++
    } catch (error) {
      if (!(error instanceof BrokenGifError || error instanceof GifLimitError)) throw error
    }
  }
  expect(results).toBeGreaterThan(100)
  expect(results).toBeLessThan(950)
}, 30_000)

const corpus = fileURLToPath(new URL('../../../../../shared/corpus', import.meta.url))

describe.skipIf(!existsSync(corpus))('real files (skipped where the corpus is absent)', () => {
  const files = ['gif', 'gif-edge'].flatMap((folder) =>
    existsSync(corpus) ? readdirSync(`${corpus}/${folder}`).map((name) => `${folder}/${name}`) : [],
  )
  // The two screencasts take too long for every run.
  const quick = files.filter((name) => name.endsWith('.gif') && !/brew-cask|marktext/.test(name))

  it.each(quick)('shows the same: %s', { timeout: 20_000 }, async (name) => {
    const source = readFileSync(`${corpus}/${name}`)
    const result = optimiseGif(source, { lossy: 0, keepComments: false })
    if (result) await expectSame(source, result)
  })
})
