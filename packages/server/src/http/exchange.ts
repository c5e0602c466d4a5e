import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { ApiKey } from '../store/store.js'

/** A request on its way through the server. */
export interface Call {
  readonly req: IncomingMessage
  readonly url: URL
  /** What the path's `:names` stood for. */
  readonly params: Readonly<Record<string, string>>
  readonly requestId: string
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal
  /** Tells a client that waits for leave to send its body that it may. */
  readonly wantBody: () => void
}

/** Who asks. */
export interface Caller {
  readonly key: ApiKey
  readonly accountId: string
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Readable
}

/** What answers a method on a path. `open` routes ask for no key. */
export type Route = { readonly method: string; readonly path: string } & (
  | { readonly open: true; handle(call: Call): Promise<Reply> }
  | { readonly open?: false; handle(call: Call, caller: Caller): Promise<Reply> }
)

/** A handler's surroundings in Node's terms. */
export interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  }
}
