import type { CompressOptions } from '@compress-fast/engine'
import type { BlobStore } from './blobs/blobs.js'
import type { Delay } from './jobs/delay.js'
import type { JobStore } from './store/store.js'

/** How a server works. Every field may stay open. */
export interface ServerOptions {
  /** Folder for accounts, jobs and files. @default './compress-fast-data' */
  readonly data?: string | undefined
  /** Address to listen on. Anything but a loopback address should have TLS in front. @default '127.0.0.1' */
  readonly host?: string | undefined
  /** Port to listen on; 0 takes any that is free. @default 8787 */
  readonly port?: number | undefined
  /** Address under which clients reach the server, for links in webhooks. @default the address it listens on */
  readonly publicUrl?: string | undefined
  /** Whether `X-Forwarded-For` tells who asks. Only behind a proxy that sets it. @default false */
  readonly trustProxy?: boolean | undefined
  /** How close results stay to their sources, as in the engine. @default 'balanced' */
  readonly quality?: CompressOptions['quality']
  /** CPU time spent on looking, as in the engine. @default 'balanced' */
  readonly effort?: CompressOptions['effort']
  /** What of a file's metadata stays, as in the engine. @default 'safe' */
  readonly metadata?: CompressOptions['metadata']
  /** Most files compressed at once, each in a process of its own. @default as many as the machine runs in parallel */
  readonly concurrency?: number | undefined
  /** @see {@link Limits} */
  readonly limits?: Partial<Limits> | undefined
  /** Minutes for which files are kept after their job's end. @default 60 */
  readonly retentionMinutes?: number | undefined
  /** Holds every job back, for measuring clients: least and most milliseconds. @default none */
  readonly delay?: Delay | undefined
  /** What the server itself may connect to: addresses of files, and webhooks. */
  readonly network?: NetworkOptions | undefined
  /** Takes lines of the log, one JSON object each. @default standard output */
  readonly log?: ((line: string) => void) | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
  /** Jobs elsewhere than in the folder. The server closes it. @default a file in the folder */
  readonly store?: JobStore | undefined
  /** Files elsewhere than in the folder. @default the folder */
  readonly blobs?: BlobStore | undefined
}

/** What clients may do. */
export interface Limits {
  /** Jobs of an account that are queued or running. @default 18 */
  readonly outstanding: number
  /** Running jobs of an account. @default 6 */
  readonly runningPerAccount: number
  /** Running jobs of all accounts. @default 24 */
  readonly running: number
  /** Bytes of a file. @default 1073741824 */
  readonly fileBytes: number
  /** Milliseconds that a body may take. @default 3600000 */
  readonly uploadMs: number
  /** Milliseconds for which a connection may carry nothing. @default 60000 */
  readonly idleMs: number
}

/** An address that a name stands for. */
export interface ResolvedAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** Bounds of the server's own connections. Private and reserved addresses are refused unless `allow` lists them. */
export interface NetworkOptions {
  /** Addresses and CIDR ranges that may be reached although they are private. @default [] */
  readonly allow?: readonly string[] | undefined
  /** Whether addresses may begin with `http://`. @default false */
  readonly allowHttp?: boolean | undefined
  /** Ports that may be reached. @default [443, 8443] */
  readonly ports?: readonly number[] | undefined
  /** Looks a name up. @default the system's resolver */
  readonly resolve?: ((hostname: string) => Promise<readonly ResolvedAddress[]>) | undefined
  /** Certificates of authorities that are trusted besides the system's, in PEM. */
  readonly ca?: string | undefined
}
