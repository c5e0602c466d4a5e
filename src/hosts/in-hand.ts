/** How many files may be in memory. */
export interface Hands {
  /** So many at any time, whatever their size. */
  readonly atOnce: number
  /** So many more, as long as all together are not large. */
  readonly ahead: number
}

/** The files that are in memory. */
export interface InHand {
  /** Whether one more may be read. Who is told so reads it before anybody else asks. */
  hasRoom(): boolean
  /** Resolves when something was put down. */
  change(): Promise<void>
  take(bytes: number): void
  putDown(bytes: number): void
}

// Thousands of web pictures are smaller than that together in twos and threes; scans are not.
const mostBytesAhead = 64 * 1024 * 1024

/** Counts files in memory, so that looking far ahead does not fill it. */
export function createInHand({ atOnce, ahead }: Hands, mostBytes: number = mostBytesAhead): InHand {
  let [files, bytes] = [0, 0]
  let waiting: (() => void)[] = []
  return {
    hasRoom: () => files < atOnce || (files < atOnce + ahead && bytes < mostBytes),
    change: () => new Promise((resolve) => waiting.push(resolve)),
    take(size) {
      files++
      bytes += size
    },
    putDown(size) {
      files--
      bytes -= size
      const told = waiting
      waiting = []
      for (const tell of told) tell()
    },
  }
}
