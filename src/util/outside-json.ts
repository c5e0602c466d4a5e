/** An object from outside, of which nothing is known but that it is one. */
export type Outside = Readonly<Partial<Record<string, unknown>>>

// Answers of any sensible service are three or four levels deep.
const deepest = 32

/** The object that bytes spell as JSON, or `undefined` when they do not spell one or nest without end. */
export function parseOutside(bytes: Uint8Array): Outside | undefined {
  const text = new TextDecoder().decode(bytes)
  if (depthOf(text) > deepest) return undefined
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** An object's own fields; what it would inherit, or pretends to, is not there. */
export function objectOf(value: unknown): Outside | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.assign(Object.create(null) as Record<string, unknown>, value)
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** A finite number, from 0 up. */
export function amountOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
}

/** How deep brackets nest, looked at before a parser has to. */
function depthOf(text: string): number {
  let depth = 0
  let most = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/gs)) {
    if (token === '[' || token === '{') most = Math.max(most, ++depth)
    else if (token === ']' || token === '}') depth--
  }
  return most
}
