import type { Secret } from '../util/secret.js'

/** Where a shared cache is, with what it takes to get in. */
export type RemoteTarget = HttpTarget | S3Target | RedisTarget

/** A server that answers to GET and PUT, such as `compress-fast cache serve`. */
export interface HttpTarget {
  readonly kind: 'http'
  /** An address that was checked (`checkAddress`). */
  readonly url: string
  readonly token: Secret | null
}

/** A folder of a bucket, in any store that speaks the protocol of S3. */
export interface S3Target {
  readonly kind: 's3'
  /** Where the objects of the bucket lie, with the prefix; checked as above. */
  readonly url: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: Secret
  readonly sessionToken: Secret | null
}

export interface RedisTarget {
  readonly kind: 'redis'
  /** May hold a password. */
  readonly url: Secret
}
