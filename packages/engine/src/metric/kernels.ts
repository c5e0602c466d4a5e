import { filterNumbers, filterWindow } from './filter.js'
import { KERNELS } from './kernels-binary.js'

/** What `kernels/ssimulacra2.ts` exports: places are byte addresses in its memory, sizes counts of pixels. */
export interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  readonly linearise: Kernel
  readonly halve: Kernel
  readonly xyb: Kernel
  readonly prepare: Kernel
  readonly compare: Kernel
  scratchRows(): number
}

type Kernel = (...numbers: number[]) => void

/** Its types come with those of browsers, which nothing here is written for. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

const PAGE = 65_536

export const FLOAT = 4

/** Values from one byte to the next that are told apart where transparent pixels are blended. */
const BLENDED_STEPS = 16

/** Where constants and results lie in the kernels' memory, and where the rest of it begins. `window` follows `filter`. */
export const PLACES = {
  table: 1024,
  blended: 2048,
  filter: 18_432,
  window: 18_864,
  sums: 18_896,
  free: 18_944,
} as const

let loaded: Kernels | undefined

/**
 * The kernels, compiled when the first picture is scored.
 * @param endOf the bytes of memory that are needed, given how many rows the blur works in
 */
export function kernels(endOf: (rows: number) => number): Kernels {
  loaded ??= load()
  const { memory } = loaded
  const missing = endOf(loaded.scratchRows()) - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
  return loaded
}

function load(): Kernels {
  const module = new WebAssembly.Module(Buffer.from(KERNELS, 'base64'))
  // The types are those of the module's source; a test compiles it and finds these bytes.
  const exports = new WebAssembly.Instance(module).exports as Kernels
  if (exports.memory.buffer.byteLength < PLACES.free) exports.memory.grow(1)
  const { buffer } = exports.memory
  new Float32Array(buffer, PLACES.table, 256).set(Float32Array.from({ length: 256 }, (_, byte) => toLinear(byte / 255)))
  const steps = 255 * BLENDED_STEPS
  const blended = Float32Array.from({ length: steps + 1 }, (_, step) => toLinear(step / steps))
  new Float32Array(buffer, PLACES.blended, blended.length).set(blended)
  const filter = filterNumbers()
  new Float64Array(buffer, PLACES.filter, filter.length).set(filter)
  new Float32Array(buffer, PLACES.window, 5).set(filterWindow())
  return exports
}

/** sRGB to linear light, both 0 to 1 (IEC 61966-2-1). */
function toLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}
