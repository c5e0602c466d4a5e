import { literalSize } from './rle-read.js'

/** Longest run, and longest list of pixels. */
const LONGEST = 255
/** Shorter lists would be read as something else. */
const SHORTEST_LIST = 3
/** Shorter runs take no fewer bytes than pixels in a list. */
const WORTHY_RUN = 3

/** Run lengths of 4 or 8 bits in the fewest bytes, every row complete. `indices` has the uppermost row first. */
export function writeRle(indices: Uint8Array, width: number, height: number, bits: 4 | 8): Uint8Array {
  const rows: number[] = []
  for (let y = height - 1; y >= 0; y--) {
    writeRow(rows, indices.subarray(y * width, (y + 1) * width), bits)
    rows.push(0, y === 0 ? 1 : 0)
  }
  return Uint8Array.from(rows)
}

function writeRow(out: number[], row: Uint8Array, bits: 4 | 8): void {
  const steps = cheapestSteps(row, bits)
  for (let x = 0; x < row.length; ) {
    const step = steps[x] ?? 1
    const pixels = row.subarray(x, x + Math.abs(step))
    if (step > 0) out.push(step, bits === 8 ? (pixels[0] ?? 0) : pair(pixels, 0))
    else writeList(out, pixels, bits)
    x += pixels.length
  }
}

function writeList(out: number[], pixels: Uint8Array, bits: 4 | 8): void {
  out.push(0, pixels.length)
  const end = out.length + literalSize(pixels.length, bits)
  for (let i = 0; i < pixels.length; i += 8 / bits) out.push(bits === 8 ? (pixels[i] ?? 0) : pair(pixels, i))
  while (out.length < end) out.push(0)
}

function pair(pixels: Uint8Array, at: number): number {
  return ((pixels[at] ?? 0) << 4) | (pixels[at + 1] ?? 0)
}

/** For each pixel the best way on from there: a run of so many, or, below zero, a list of so many. */
function cheapestSteps(row: Uint8Array, bits: 4 | 8): Int16Array {
  const runs = runLengths(row, bits === 8 ? 1 : 2)
  const costs = new Uint32Array(row.length + 1)
  const steps = new Int16Array(row.length)
  // Lists end where a run begins, or one pixel on, where that makes their length even.
  const nextRun = new Uint32Array(row.length + 1).fill(row.length)
  for (let x = row.length - 1; x >= 0; x--) {
    const run = Math.min(runs[x] ?? 1, LONGEST)
    let best = 2 + (costs[x + run] ?? 0)
    steps[x] = run
    const most = Math.min(row.length, x + LONGEST)
    const consider = (end: number): void => {
      if (end - x < SHORTEST_LIST || end > most) return
      const cost = 2 + literalSize(end - x, bits) + (costs[end] ?? 0)
      if (cost >= best) return
      best = cost
      steps[x] = x - end
    }
    for (let end = nextRun[x + 1] ?? most; end < most; end = nextRun[end + 1] ?? most) {
      consider(end)
      consider(end + 1)
    }
    consider(most)
    consider(most - 1)
    costs[x] = best
    const begins = run >= WORTHY_RUN && (x === 0 || (runs[x - 1] ?? 0) <= run)
    nextRun[x] = begins ? x : (nextRun[x + 1] ?? row.length)
  }
  return steps
}

/** How many pixels from each on repeat with a period of one or two. */
function runLengths(row: Uint8Array, period: number): Uint32Array {
  const runs = new Uint32Array(row.length)
  for (let x = row.length - 1; x >= 0; x--) {
    const left = row.length - x
    runs[x] = left <= period ? left : row[x] === row[x + period] ? (runs[x + 1] ?? 0) + 1 : period
  }
  return runs
}
