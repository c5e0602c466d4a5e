import { setTimeout as sleep } from 'node:timers/promises'

/** An answer, read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Buffer
  /** The JSON in it. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what came, and say what it should be.
  readonly json: any
}

/** A request with a key. */
export async function call(
  url: string,
  key: string | undefined,
  path: string,
  { headers, ...init }: RequestInit & { headers?: Record<string, string> } = {},
): Promise<Answer> {
  const own = key === undefined ? {} : { 'x-fast-api-key': key }
  const response = await fetch(url + path, { ...init, headers: { ...own, ...headers } })
  const bytes = Buffer.from(await response.arrayBuffer())
  const type = response.headers.get('content-type') ?? ''
  const json = type.includes('json') ? JSON.parse(bytes.toString('utf8')) : undefined
  return { status: response.status, headers: response.headers, bytes, json }
}

/** A form as clients send it. */
export function form(
  bytes: Uint8Array | undefined,
  name: string,
  fields: Readonly<Record<string, string>> = {},
): FormData {
  const data = new FormData()
  if (bytes) data.set('file', new Blob([bytes]), name)
  for (const [field, value] of Object.entries(fields)) data.set(field, value)
  return data
}

export function submit(
  url: string,
  key: string,
  bytes: Uint8Array,
  {
    name = 'photo.jpg',
    fields = {},
    idempotencyKey,
  }: { name?: string; fields?: Readonly<Record<string, string>>; idempotencyKey?: string } = {},
): Promise<Answer> {
  const headers: Record<string, string> = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }
  return call(url, key, '/compress', { method: 'POST', body: form(bytes, name, fields), headers })
}

/** Asks until a job is over. */
export async function finish(url: string, key: string, id: string): Promise<Answer['json']> {
  for (;;) {
    const { status, json } = await call(url, key, `/compress/job/${id}`)
    if (status === 429) await sleep(1000)
    else if (status !== 200) throw new Error(`asking for a job was answered ${status} ${JSON.stringify(json)}`)
    else if (json.status !== 'Queued' && json.status !== 'Running') return json
    await sleep(100)
  }
}
