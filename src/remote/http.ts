import type { RemoteStore } from '../types.js'
import { createHttpClient, mostAnswerBytes } from './http-client.js'
import { statusError } from './statuses.js'
import type { HttpTarget } from './target.js'

const access =
  'Set COMPRESS_FAST_CACHE_TOKEN to a token with the right to do so, or COMPRESS_FAST_CACHE_NAMESPACE to where it has it.'

/** Entries on a server: `GET` and `PUT` of `address/namespace/key`, with a bearer token (RFC 6750). */
export function createHttpStore({ url, token }: HttpTarget): RemoteStore {
  const client = createHttpClient()
  const authorization = token === null ? {} : { authorization: `Bearer ${token.reveal()}` }
  const urlOf = (name: string) => new URL(`${url}/${name}`)
  return {
    async get(name, call) {
      const { status, bytes } = await client.send({ method: 'GET', url: urlOf(name), headers: authorization, ...call })
      if (status === 404) return undefined
      if (status === 200) return bytes
      throw statusError(status, 'read', access)
    },
    async put(name, body, { replaces, signal }) {
      const condition = replaces ? {} : { 'if-none-match': '*' }
      const headers = { ...authorization, ...condition, 'content-type': 'application/octet-stream' }
      const { status } = await client.send({
        method: 'PUT',
        url: urlOf(name),
        headers,
        body,
        mostBytes: mostAnswerBytes,
        signal,
      })
      // 412: somebody was quicker, with the same.
      if ((status >= 200 && status < 300) || status === 412) return
      throw statusError(status, 'written', access)
    },
    close: client.close,
  }
}
