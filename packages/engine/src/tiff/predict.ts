/** How far apart in a row samples of one kind are. */
export interface Step {
  /** 8 or 16. */
  readonly bits: number
  readonly distance: number
}

/** Puts differences back together, in place. */
export function addLeft(rows: Uint8Array, step: Step, row: number, isLittle: boolean): Uint8Array {
  return alter(rows, step, row, isLittle, 1)
}

/** Replaces samples by their difference from the one before, in place (TIFF 6.0, section 14). */
export function subtractLeft(rows: Uint8Array, step: Step, row: number, isLittle: boolean): Uint8Array {
  return alter(rows, step, row, isLittle, -1)
}

function alter(rows: Uint8Array, { bits, distance }: Step, row: number, isLittle: boolean, sign: 1 | -1): Uint8Array {
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength)
  const size = bits / 8
  const gap = distance * size
  for (let start = 0; start + row <= rows.length; start += row) {
    const [first, last] = [start + gap, start + row - size]
    // Sums build on the sum before them, differences on what is not changed yet.
    let at = sign === 1 ? first : last
    for (; sign === 1 ? at <= last : at >= first; at += sign * size) {
      if (size === 1) rows[at] = (rows[at] ?? 0) + sign * (rows[at - gap] ?? 0)
      else view.setUint16(at, view.getUint16(at, isLittle) + sign * view.getUint16(at - gap, isLittle), isLittle)
    }
  }
  return rows
}
