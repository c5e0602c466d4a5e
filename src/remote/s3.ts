import { hash } from 'node:crypto'
import { AwsV4Signer } from 'aws4fetch'
import type { RemoteStore } from '../types.js'
import { createHttpClient, type HttpRequest, mostAnswerBytes } from './http-client.js'
import { statusError } from './statuses.js'
import type { S3Target } from './target.js'

const access =
  'Look at the AWS_* variables, and that they allow s3:GetObject, s3:PutObject and s3:ListBucket (without the last, a missing object is a forbidden one).'

/** Entries as objects of a bucket. Requests are signed with Signature Version 4, their bodies too. */
export function createS3Store({ url, region, accessKeyId, secretAccessKey, sessionToken }: S3Target): RemoteStore {
  const client = createHttpClient()
  // Keys that are derived once a day.
  const cache = new Map<string, ArrayBuffer>()
  // Some stores know no conditions, and say so.
  let isConditional = true
  return {
    async get(name, call) {
      const { status, bytes } = await send({ method: 'GET', url: urlOf(name), headers: {}, ...call })
      if (status === 404) return undefined
      if (status === 200) return bytes
      throw statusError(status, 'read', access)
    },
    async put(name, body, { replaces, signal }) {
      const put = (headers: Record<string, string>) =>
        send({ method: 'PUT', url: urlOf(name), headers, body, mostBytes: mostAnswerBytes, signal })
      let { status } = await put(isConditional && !replaces ? { 'if-none-match': '*' } : {})
      if (status === 501 && isConditional) {
        isConditional = false
        status = (await put({})).status
      }
      // 412: somebody was quicker, with the same. 409: is being quicker.
      if ((status >= 200 && status < 300) || status === 412 || status === 409) return
      throw statusError(status, 'written', access)
    },
    close: client.close,
  }

  function urlOf(name: string): URL {
    return new URL(`${url}/${name}`)
  }

  async function send(request: HttpRequest): ReturnType<typeof client.send> {
    const { method, url, body = new Uint8Array() } = request
    const signer = new AwsV4Signer({
      method,
      url: url.href,
      headers: { ...request.headers, 'x-amz-content-sha256': hash('sha256', body) },
      service: 's3',
      region,
      accessKeyId,
      secretAccessKey: secretAccessKey.reveal(),
      ...(sessionToken && { sessionToken: sessionToken.reveal() }),
      cache,
    })
    const { headers } = await signer.sign()
    return client.send({ ...request, headers: Object.fromEntries(headers) })
  }
}
