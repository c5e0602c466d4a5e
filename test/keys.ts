import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

// As the server makes keys: 256 random bits in base64url. Documentation has shorter ones.
const secretLength = 43
const name = 'fast_prod_'

/** How a key looks in the forms that logs, caches and data URLs give to text. */
const forms: Readonly<Record<string, RegExp>> = {
  plain: new RegExp(`${name}[\\w-]{${secretLength}}`),
  'UTF-16': new RegExp(`${[...name].join('\0')}\0(?:[\\w-]\0){${secretLength}}`),
  'URL-encoded': new RegExp(`${percent(name)}(?:%[0-9a-f]{2}|[\\w-]){${secretLength}}`, 'i'),
  hexadecimal: new RegExp(`${Buffer.from(name).toString('hex')}(?:[0-9a-f]{2}){${secretLength}}`, 'i'),
  // Where the name begins within three bytes decides which of its characters are always the same.
  base64: new RegExp(`(?:${[0, 1, 2].map(base64After).join('|')})[\\w+/-]{${secretLength}}`),
}

/** In which form some account's key can be read here, or `null`. */
export function keyFormIn(content: string | Uint8Array): string | null {
  const text = typeof content === 'string' ? content : Buffer.from(content).toString('latin1')
  return Object.keys(forms).find((form) => forms[form]?.test(text)) ?? null
}

/** The first file below a folder, or the very file, in which a key can be read, and how. What links lead to is not. */
export function keyBelow(path: string): string | null {
  for (const file of filesOf(path)) {
    const form = keyFormIn(readFileSync(file))
    if (form !== null) return `${file} (${form})`
  }
  return null
}

/** Packages that a test has installed are none of its output. */
const foreign = 'node_modules'

function* filesOf(path: string): Generator<string> {
  const own = statSync(path, { throwIfNoEntry: false })
  if (own?.isFile()) yield path
  if (!own?.isDirectory()) return
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isFile()) yield join(path, entry.name)
    else if (entry.isDirectory() && entry.name !== foreign) yield* filesOf(join(path, entry.name))
  }
}

function percent(text: string): string {
  return [...text].map((letter) => `(?:${letter}|%${letter.charCodeAt(0).toString(16)})`).join('')
}

function base64After(bytesBefore: number): string {
  const text = Buffer.concat([Buffer.alloc(bytesBefore), Buffer.from(name)]).toString('base64')
  const first = Math.ceil((bytesBefore * 8) / 6)
  return text.slice(first, Math.floor(((bytesBefore + name.length) * 8) / 6))
}
