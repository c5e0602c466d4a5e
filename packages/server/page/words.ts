import type { Problem } from './parse.js'

// What the page says.

/** Bytes as people read them: powers of 1000, as file managers count. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB']
  const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${value.toFixed(power > 0 && value < 10 ? 1 : 0)} ${units[power]}`
}

/** What is saved, such as `−62 %`; growth has a plus. */
export function formatSaving(before: number, after: number): string {
  const percent = before === 0 ? 0 : Math.round((100 * (before - after)) / before)
  if (percent === 0) return '0 %'
  return percent < 0 ? `+${-percent} %` : `−${percent} %`
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}

/** Why the server did not do what it was asked. */
export function explainProblem(status: number, { code, detail, required, available }: Problem): string {
  if (status === 401) return 'This key is not valid here, was revoked, or may not be used from this address.'
  if (status === 402) {
    return `Not enough credits: the file needs ${required}, and the account has ${available}. Ask whoever runs the server for more.`
  }
  if (status === 410) return 'The result was kept for as long as results are kept, and is gone. Drop the file again.'
  if (code === 'server.storage_full') return 'The server has no room left. Try again later.'
  if (status >= 500) return `The server has a problem (${code || status}). Try again later.`
  return detail || `The server answered ${code || status}.`
}

const failures: Readonly<Partial<Record<string, string>>> = {
  'job.invalid_file': 'The file is damaged',
  'job.unsupported_format': 'The content is nothing that is compressed here',
  'job.timeout': 'It took too long',
  'job.crashed': 'The compressor ended early',
  'job.abandoned': 'The job was begun too often',
  'job.input_missing': 'The server lost the file',
}

/** Why a job failed. Its credits are given back. */
export function explainFailure(code: string, detail: string): string {
  const what = failures[code] ?? 'The job failed'
  const why = detail.replace(/\.$/, '')
  return `${why ? `${what}: ${why}` : what}. It cost nothing.`
}

const reasons: Readonly<Partial<Record<string, string>>> = {
  'no-gain': 'It was as small as it gets',
  signed: 'It is signed, and any change would break that',
  encrypted: 'It is locked with a password',
  animated: 'Animations of this format are left alone',
  'active-content': 'Scripts or links in it could change their meaning',
  'high-bit-depth': 'It has more colours than the result could keep',
  'embedded-data': 'There is more in it than a picture',
}

/** Why the result is the same file. */
export function explainUnchanged(reason: string): string {
  return `${reasons[reason] ?? `Left as it was (${reason})`}.`
}
