// The window is that of libjxl's recursive Gaussian (sigma 1.5): Copyright (c) the JPEG XL Project Authors. BSD
// 3-clause, see THIRD-PARTY-NOTICES.md. Method: Charalampidis, "Recursive Implementation of the Gaussian Filter Using
// Truncated Cosine Functions", 2016. The equation numbers below are the paper's.

/** Pixels the window reaches to either side. */
export const REACH = 4

/**
 * The middle of the window and its four values outward; symmetric, sums to 1. The filter is recursive in the reference
 * only for speed: its response ends after {@link REACH} pixels, so these nine values are the same filter.
 */
export const WINDOW: readonly [number, number, number, number, number] = truncatedCosine(1.5)

function truncatedCosine(sigma: number): [number, number, number, number, number] {
  const radius = Math.round(3.2795 * sigma + 0.2546)
  const omega = [1, 3, 5].map((k) => (k * Math.PI) / (2 * radius)) as [number, number, number]
  // (37), (44)
  const p = omega.map((w, k) => (k === 1 ? -1 : 1) / Math.tan(w / 2)) as [number, number, number]
  const r = omega.map((w, k) => ((k === 1 ? -1 : 1) * (p[k] as number) ** 2) / Math.sin(w)) as [number, number, number]
  // (50)
  const rho = omega.map((w) => Math.exp(-0.5 * sigma * sigma * w * w) / radius) as [number, number, number]
  // (52)
  const d13 = p[0] * r[1] - r[0] * p[1]
  const zeta15 = (p[1] * r[2] - r[1] * p[2]) / d13
  const zeta35 = (p[2] * r[0] - r[2] * p[0]) / d13
  // (53), (55), (56)
  const gamma: Vector = [1, radius * radius - sigma * sigma, zeta15 * rho[0] + zeta35 * rho[1] + rho[2]]
  const beta = solve([p, r, [zeta15, zeta35, 1]], gamma)
  const value = (n: number) => {
    // Impulse response of the three resonators (33), n pixels from the middle.
    const terms = omega.map((w, k) => {
      const gain = -(beta[k] as number) * Math.cos(w * (radius + 1))
      return (gain * Math.sin(w * (n + radius))) / Math.sin(w)
    })
    return terms.reduce((sum, term) => sum + term, 0)
  }
  return [value(0), value(1), value(2), value(3), value(4)]
}

type Vector = [number, number, number]

/** Cramer's rule. */
function solve(rows: [Vector, Vector, Vector], right: Vector): Vector {
  const whole = determinant(rows)
  const replaced = (column: number) =>
    rows.map((row, k) => row.map((value, c) => (c === column ? right[k] : value))) as [Vector, Vector, Vector]
  return [0, 1, 2].map((column) => determinant(replaced(column)) / whole) as Vector
}

function determinant([a, b, c]: [Vector, Vector, Vector]): number {
  return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])
}

/** Blurs rows that come one after the other, holding only as many as the window is high. */
export class RowBlur {
  readonly #width: number
  readonly #rows: Float32Array[]
  readonly #zero: Float32Array
  readonly #column: Float32Array
  #seen = 0

  constructor(width: number) {
    this.#width = width
    this.#rows = Array.from({ length: 2 * REACH + 1 }, () => new Float32Array(width))
    this.#zero = new Float32Array(width)
    // Beyond the picture's sides everything is 0.
    this.#column = new Float32Array(width + 2 * REACH)
  }

  /** Where the next row is to be written, before {@link push}. */
  get incoming(): Float32Array {
    return this.#rows[this.#seen % this.#rows.length] as Float32Array
  }

  /** Takes the row written to {@link incoming}. */
  push(): void {
    this.#seen++
  }

  /** Forgets all rows, to begin another picture of the same width. */
  reset(): void {
    this.#seen = 0
  }

  /** Writes row `y` blurred in both directions; rows up to `y` + {@link REACH} must have been taken, if they exist. */
  row(y: number, out: Float32Array): void {
    const [w0, w1, w2, w3, w4] = WINDOW
    const column = this.#column
    const width = this.#width
    const a = this.#at(y)
    const [b0, b1] = [this.#at(y - 1), this.#at(y + 1)]
    const [c0, c1] = [this.#at(y - 2), this.#at(y + 2)]
    const [d0, d1] = [this.#at(y - 3), this.#at(y + 3)]
    const [e0, e1] = [this.#at(y - 4), this.#at(y + 4)]
    for (let x = 0; x < width; x++) {
      column[x + REACH] =
        w0 * (a[x] as number) +
        w1 * ((b0[x] as number) + (b1[x] as number)) +
        w2 * ((c0[x] as number) + (c1[x] as number)) +
        w3 * ((d0[x] as number) + (d1[x] as number)) +
        w4 * ((e0[x] as number) + (e1[x] as number))
    }
    // One read a pixel: the window moves through locals.
    let l4 = 0
    let l3 = 0
    let l2 = 0
    let l1 = 0
    let middle = column[REACH] as number
    let r1 = column[REACH + 1] as number
    let r2 = column[REACH + 2] as number
    let r3 = column[REACH + 3] as number
    for (let x = 0; x < width; x++) {
      const r4 = column[x + 2 * REACH] as number
      out[x] = w0 * middle + w1 * (l1 + r1) + w2 * (l2 + r2) + w3 * (l3 + r3) + w4 * (l4 + r4)
      l4 = l3
      l3 = l2
      l2 = l1
      l1 = middle
      middle = r1
      r1 = r2
      r2 = r3
      r3 = r4
    }
  }

  #at(y: number): Float32Array {
    return y < 0 || y >= this.#seen ? this.#zero : (this.#rows[y % this.#rows.length] as Float32Array)
  }
}
