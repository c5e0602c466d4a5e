/** What went wrong with a connection, without what libraries put around it. Headers, and so keys, are in none of these. */
export function plainWords(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection failed'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return knownCodes[code] ?? (error.message || code || 'the connection failed')
}

const knownCodes: Readonly<Partial<Record<string, string>>> = {
  ECONNREFUSED: 'nobody answers at its address (ECONNREFUSED)',
  ECONNRESET: 'the connection was cut (ECONNRESET)',
  EPIPE: 'the connection was cut (EPIPE)',
  UND_ERR_SOCKET: 'the connection was cut',
  ENOTFOUND: 'its name is not known (ENOTFOUND)',
  EAI_AGAIN: 'its name cannot be looked up now (EAI_AGAIN)',
  UND_ERR_CONNECT_TIMEOUT: 'no connection was made in time',
  UND_ERR_HEADERS_OVERFLOW: 'its answer has too many headers',
}

/** The name of an error's kind. Nothing else of it is kept: libraries attach whole requests, with their headers. */
export function causeOf(error: unknown): string | undefined {
  return error instanceof Error ? `${error.name}${'code' in error ? ` ${String(error.code)}` : ''}` : undefined
}
