/** What a client is told when a request is refused: `{ "error": code, "detail": detail, ...fields }`. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode
  readonly status: number
  readonly detail: string | null
  readonly headers: Readonly<Record<string, string>>
  /** More members of the answer, for programs. */
  readonly fields: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    detail: string | null,
    more: { retryAfter?: number; fields?: object; allow?: string } = {},
  ) {
    super(detail ?? code)
    this.code = code
    this.status = statuses[code]
    this.detail = detail
    this.headers = {
      ...(more.retryAfter !== undefined && { 'retry-after': String(Math.max(1, Math.ceil(more.retryAfter))) }),
      ...(more.allow !== undefined && { allow: more.allow }),
    }
    this.fields = { ...(code.startsWith('url_fetch.') && { isRetryable: retryable.has(code) }), ...more.fields }
  }
}

/** Every code with the status it comes with. Once published, neither changes. */
export const statuses = {
  'request.invalid_content_type': 400,
  'request.invalid_body': 400,
  'request.empty_file': 400,
  'request.no_files': 400,
  'request.invalid_extension': 400,
  'request.invalid_parameter': 400,
  'request.unsupported_version': 400,
  'request.incomplete': 400,
  'request.not_found': 404,
  'request.method_not_allowed': 405,
  'request.too_slow': 408,
  'request.file_too_large': 413,
  'url_fetch.invalid_url': 400,
  'url_fetch.invalid_scheme': 400,
  'url_fetch.invalid_port': 400,
  'url_fetch.private_ip': 400,
  'url_fetch.dns_failed': 400,
  'url_fetch.mutually_exclusive': 400,
  'url_fetch.output_url_reserved': 400,
  'url_fetch.http_error': 400,
  'url_fetch.too_many_redirects': 400,
  'url_fetch.connection_failed': 400,
  'url_fetch.timeout': 400,
  'url_fetch.domain_circuit_open': 400,
  'url_fetch.rate_limited': 429,
  'webhook.invalid_url': 400,
  'webhook.invalid_secret': 400,
  'webhook.invalid_events': 400,
  'api_key.invalid_or_ip_not_allowed': 401,
  'entitlements.insufficient_credits': 402,
  'jobs.forbidden': 403,
  'jobs.not_found': 404,
  'jobs.not_ready': 409,
  'jobs.no_output': 409,
  'jobs.not_cancellable': 409,
  'jobs.not_deletable': 409,
  'jobs.output_expired': 410,
  'idempotency.invalid_key': 400,
  'idempotency.key_reused': 422,
  'queue.limit_exceeded': 429,
  rate_limited: 429,
  'server.error': 500,
  'server.stopping': 503,
  'server.storage_full': 503,
} as const

export type ErrorCode = keyof typeof statuses

/** Of errors with a fetched address, those that another try may not meet. */
const retryable: ReadonlySet<ErrorCode> = new Set([
  'url_fetch.dns_failed',
  'url_fetch.connection_failed',
  'url_fetch.timeout',
  'url_fetch.domain_circuit_open',
  'url_fetch.rate_limited',
])
