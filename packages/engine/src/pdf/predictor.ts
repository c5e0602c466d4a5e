/** How samples lie in rows, as DecodeParms say it (ISO 32000-1, table 8). */
export interface Rows {
  readonly predictor: number
  readonly colors: number
  readonly bits: number
  readonly columns: number
}

/** Undoes a predictor (7.4.4.4), or `null` when it is none that is known. */
export function unpredict(data: Uint8Array, rows: Rows): Uint8Array | null {
  if (rows.predictor === 1) return data
  const bitsPerPixel = rows.colors * rows.bits
  const rowBytes = Math.ceil((bitsPerPixel * rows.columns) / 8)
  if (rowBytes < 1 || rowBytes > 1e8) return null
  if (rows.predictor === 2) return undoTiff(data, rows, rowBytes)
  return rows.predictor >= 10 && rows.predictor <= 15 ? undoPng(data, rowBytes, Math.ceil(bitsPerPixel / 8)) : null
}

function undoTiff(data: Uint8Array, { colors, bits }: Rows, rowBytes: number): Uint8Array | null {
  if (bits !== 8 || data.length % rowBytes !== 0) return null
  const out = new Uint8Array(data)
  for (let row = 0; row < out.length; row += rowBytes) {
    for (let i = row + colors; i < row + rowBytes; i++) out[i] = (out[i] ?? 0) + (out[i - colors] ?? 0)
  }
  return out
}

function undoPng(data: Uint8Array, rowBytes: number, pixelBytes: number): Uint8Array | null {
  const height = data.length / (rowBytes + 1)
  if (!Number.isInteger(height)) return null
  const out = new Uint8Array(height * rowBytes)
  for (let y = 0; y < height; y++) {
    const filter = data[y * (rowBytes + 1)] ?? 0
    const source = y * (rowBytes + 1) + 1
    const row = y * rowBytes
    if (filter > 4) return null
    for (let x = 0; x < rowBytes; x++) {
      const left = x < pixelBytes ? 0 : (out[row + x - pixelBytes] ?? 0)
      const up = y === 0 ? 0 : (out[row + x - rowBytes] ?? 0)
      const corner = y === 0 || x < pixelBytes ? 0 : (out[row + x - rowBytes - pixelBytes] ?? 0)
      out[row + x] = (data[source + x] ?? 0) + predict(filter, left, up, corner)
    }
  }
  return out
}

function predict(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  const guess = left + up - corner
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}
