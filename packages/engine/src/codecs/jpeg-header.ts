/** What of a JPEG's header tells how it was encoded. */
export interface JpegHeader {
  /** Luma's 64 divisors in zigzag order, of table 0. */
  readonly luma: readonly number[]
  readonly progressive: boolean
  /** Whether chroma has as many samples as luma. */
  readonly fullChroma: boolean
  readonly components: number
}

const SOS = 0xda
const DQT = 0xdb

/** Reads the tables before the first scan; `null` when there is no such thing. The structure was checked before. */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | null {
  let luma: readonly number[] | null = null
  let frame: { progressive: boolean; fullChroma: boolean; components: number } | null = null
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1] ?? 0
    if (bytes[at] !== 0xff) return null
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = word(bytes, at + 2)
    const body = bytes.subarray(at + 4, at + 2 + length)
    if (marker === DQT) luma = readTable(body, 0) ?? luma
    if (isFrame(marker)) frame = { progressive: marker === 0xc2 || marker === 0xca, ...readSampling(body) }
    if (marker === SOS) break
    at += 2 + length
  }
  return luma === null || frame === null ? null : { luma, ...frame }
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which lie among them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

function readTable(body: Uint8Array, wanted: number): number[] | null {
  for (let at = 0; at < body.length; ) {
    const precision = (body[at] ?? 0) >> 4
    const id = (body[at] ?? 0) & 15
    const size = precision === 0 ? 1 : 2
    if (id === wanted) {
      return Array.from({ length: 64 }, (_, i) => (size === 1 ? (body[at + 1 + i] ?? 0) : word(body, at + 1 + 2 * i)))
    }
    at += 1 + 64 * size
  }
  return null
}

function readSampling(body: Uint8Array): { fullChroma: boolean; components: number } {
  const components = body[5] ?? 0
  const factors = Array.from({ length: components }, (_, i) => body[7 + 3 * i])
  return { components, fullChroma: factors.every((factor) => factor === factors[0]) }
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
