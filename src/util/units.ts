/** Bytes for people, in units of 1000 as Vite prints them: `829.18 kB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`
}

/** The change from one size to another: `−47 %`; growth has a plus. */
export function formatSaving(before: number, after: number): string {
  const percent = before === 0 ? 0 : Math.round((100 * (before - after)) / before)
  if (percent === 0) return '0 %'
  return percent < 0 ? `+${-percent} %` : `−${percent} %`
}

/** A time for people: `812 ms`, `3.4 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

/** Bytes to the last one, for where one decides: `500,001 B`. */
export function exactBytes(bytes: number): string {
  return `${String(bytes).replace(/\B(?=(?:\d{3})+$)/g, ',')} B`
}

const unitSizes: Partial<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
}

/** The bytes that people mean by `'500 kB'`, `'1.5MB'`, `'64 KiB'` or `'4096'`; `undefined` for anything else. */
export function parseBytes(text: string): number | undefined {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? []
  const size = unitSizes[unit.toLowerCase() || 'b']
  if (number === undefined || size === undefined) return undefined
  // 4.1 kB is 4,100 bytes, which 4.1 * 1000 misses by a rounding error.
  const bytes = Math.round(Number(number) * size)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}
