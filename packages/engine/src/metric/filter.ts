// The filter is libjxl's recursive Gaussian: Copyright (c) the JPEG XL Project Authors. BSD 3-clause, see
// THIRD-PARTY-NOTICES.md. Method: Charalampidis, "Recursive Implementation of the Gaussian Filter Using
// Truncated Cosine Functions", 2016. The equation numbers below are the paper's.

const SIGMA = 1.5

/** One of the three resonators whose sum is the filter (33): its gain, and how far it turns from pixel to pixel. */
export interface Resonator {
  readonly gain: number
  readonly turn: number
}

export const RESONATORS: readonly Resonator[] = truncatedCosines(SIGMA)

function truncatedCosines(sigma: number): Resonator[] {
  const radius = Math.round(3.2795 * sigma + 0.2546)
  const omega = [1, 3, 5].map((k) => (k * Math.PI) / (2 * radius)) as Vector
  // (37), (44)
  const p = omega.map((w, k) => (k === 1 ? -1 : 1) / Math.tan(w / 2)) as Vector
  const r = omega.map((w, k) => ((k === 1 ? -1 : 1) * (p[k] as number) ** 2) / Math.sin(w)) as Vector
  // (50)
  const rho = omega.map((w) => Math.exp(-0.5 * sigma * sigma * w * w) / radius) as Vector
  // (52)
  const d13 = p[0] * r[1] - r[0] * p[1]
  const zeta15 = (p[1] * r[2] - r[1] * p[2]) / d13
  const zeta35 = (p[2] * r[0] - r[2] * p[0]) / d13
  // (53), (55), (56)
  const gamma: Vector = [1, radius * radius - sigma * sigma, zeta15 * rho[0] + zeta35 * rho[1] + rho[2]]
  const beta = solve([p, r, [zeta15, zeta35, 1]], gamma)
  return omega.map((w, k) => ({ gain: -(beta[k] as number) * Math.cos(w * (radius + 1)), turn: -2 * Math.cos(w) }))
}

/**
 * The filter's numbers for the kernels, as doubles that hold 32-bit floats. For each resonator, after a zero: what an
 * input adds to its own output and the three after it, then what the last output and the one before add to the next four
 * (35, written out for four steps); in the end the gains and the turns, each twice.
 */
export function filterNumbers(): Float64Array {
  const rows = RESONATORS.flatMap(({ gain, turn }) => {
    const last = [-turn, turn ** 2 - 1, -(turn ** 3) + 2 * turn, turn ** 4 - 3 * turn ** 2 + 1]
    const before = [-1, turn, -(turn ** 2) + 1, turn ** 3 - 2 * turn]
    return [0, 0, ...[1, ...last.slice(0, 3)].map((value) => value * gain), ...last, ...before]
  })
  const columns = (['gain', 'turn'] as const).flatMap((of) => RESONATORS.flatMap((one) => [one[of], one[of]]))
  return Float64Array.from([...rows, ...columns], Math.fround)
}

/** The window that the filter is the fast form of: its middle and the four values outward. */
export function filterWindow(): Float32Array {
  const at = (n: number) =>
    RESONATORS.reduce((sum, { gain, turn }) => {
      const angle = Math.acos(-turn / 2)
      return sum + (gain * Math.sin(angle * (n + 1))) / Math.sin(angle)
    }, 0)
  return Float32Array.from([4, 5, 6, 7, 8], at)
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
