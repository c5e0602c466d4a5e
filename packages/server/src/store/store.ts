import type { Failure, Job, JobStatus, NewJob, Output } from '../jobs/job.js'

/** Who pays. Credits are whole numbers. */
export interface Account {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  /** Can be spent. */
  readonly available: number
  /** Held for jobs that are not over. */
  readonly reserved: number
  /** All credits ever given. */
  readonly granted: number
}

/** A key, of which only the digest is known. */
export interface ApiKey {
  readonly id: string
  readonly accountId: string
  readonly name: string
  /** SHA-256 of the key, hexadecimal. */
  readonly digest: string
  /** Addresses and CIDR ranges that may use it; empty for all. */
  readonly allow: readonly string[]
  readonly createdAt: number
  readonly revokedAt: number | null
}

/** A movement of credits. Sums over an account's entries are its balances. */
export interface LedgerEntry {
  readonly accountId: string
  readonly jobId: string | null
  readonly kind: 'grant' | 'reserve' | 'charge' | 'refund'
  /** Change of what can be spent. */
  readonly available: number
  /** Change of what is held. */
  readonly reserved: number
  readonly createdAt: number
}

/** What became of a submit. Nothing was stored unless it was accepted. */
export type Submission =
  | { readonly kind: 'accepted'; readonly job: Job }
  /** The idempotency key is known, and so is all it came with. */
  | { readonly kind: 'repeated'; readonly job: Job }
  /** The idempotency key is known and came with something else. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'outstanding'; readonly outstanding: number }
  | { readonly kind: 'credits'; readonly needed: number; readonly available: number }

/** A message that a webhook must get, kept until it did or has waited too long. */
export interface Delivery {
  /** The event's id, the same at every try. */
  readonly id: string
  readonly job: Job
  /** Tries so far. */
  readonly tried: number
}

/** How a claimed job ended. */
export type Ending =
  | { readonly status: 'Succeeded'; readonly output: Output }
  | { readonly status: 'Failed'; readonly failure: Failure }

export interface Claim {
  /** Most running jobs of one account. */
  readonly perAccount: number
  /** Who will do it. */
  readonly owner: string
  readonly now: number
  /** Until when the owner promises to have renewed or ended it. */
  readonly leaseUntil: number
}

/** Input sizes of an account's latest jobs of a format. */
export interface InputStats {
  readonly count: number
  readonly meanBytes: number | null
  readonly medianBytes: number | null
}

/** Accounts, their keys and their credits. */
export interface AccountStore {
  /** A new account with its first credits. */
  createAccount(account: { id: string; name: string; credits: number; now: number }): Promise<void>
  account(id: string): Promise<Account | undefined>
  accounts(): Promise<Account[]>
  /** Gives credits. `false` when there is no such account. */
  grant(accountId: string, credits: number, now: number): Promise<boolean>
  ledger(accountId: string): Promise<LedgerEntry[]>
  addKey(key: ApiKey): Promise<void>
  /** Revoked keys are found too. */
  keyByDigest(digest: string): Promise<ApiKey | undefined>
  keys(): Promise<ApiKey[]>
  /** `false` when there is no such key. Revoking again changes nothing. */
  revokeKey(id: string, now: number): Promise<boolean>
}

/**
 * Jobs, credits and messages, which change together: every method is one transaction, and what it resolved to
 * survives the death of the process.
 */
export interface JobStore extends AccountStore {
  /** Stores a job and reserves its credits, if the account may have one more. */
  submit(job: NewJob, limits: { outstanding: number }): Promise<Submission>
  job(id: string): Promise<Job | undefined>
  /** The job that an idempotency key made, as long as its files are there. */
  jobByIdempotencyKey(accountId: string, key: string): Promise<Job | undefined>
  /** Jobs of an account that are queued or running. */
  outstanding(accountId: string): Promise<number>
  /** Jobs of all accounts. */
  counts(): Promise<Record<JobStatus, number>>
  /** A queued job's place in its pool, from 1 up, and how many wait there; the place of others is 0. */
  position(job: Job): Promise<{ position: number; total: number }>
  inputStats(accountId: string, format: string): Promise<InputStats>

  /**
   * Begins the next job: of the account with the fewest running, the oldest. `undefined` when none may begin. No other
   * claim gets the same one.
   */
  claim(claim: Claim): Promise<Job | undefined>
  /** Puts off the end of an owner's leases on jobs that are still its own. */
  renew(owner: string, ids: readonly string[], leaseUntil: number): Promise<void>
  /** Puts running jobs back in their old places: those of an owner, or those whose lease ended. Returns how many. */
  requeue(which: { owner: string } | { leaseEndedBefore: number }): Promise<number>
  /**
   * Ends a job: charges or refunds its credits and queues its webhook's message. `undefined`, and nothing changed, when
   * the job is not running its given attempt any more.
   */
  end(
    claimed: Pick<Job, 'id' | 'attempt'>,
    ending: Ending,
    at: { now: number; expiresAt: number; eventId: string },
  ): Promise<Job | undefined>
  /** Ends a job that is not over, and refunds its credits. `undefined` when it is over or unknown. */
  cancel(id: string, at: { now: number; expiresAt: number }): Promise<Job | undefined>
  /** Forgets a job that is over, though not its credits. `undefined` when it is not over or unknown. */
  remove(id: string): Promise<Job | undefined>

  /** Marks jobs whose files' time is up, forgets their idempotency keys, and returns them. */
  expire(now: number): Promise<Job[]>
  /** Forgets jobs that expired before then. Returns how many. */
  purge(expiredBefore: number): Promise<number>

  /** Messages whose time has come, the longest due first. */
  dueDeliveries(now: number, most: number): Promise<Delivery[]>
  /** When the next message is due. */
  nextDelivery(): Promise<number | undefined>
  /** Counts a try that failed and puts the message off. */
  putOff(deliveryId: string, until: number): Promise<void>
  /** Forgets a message, because it arrived or never will. */
  settle(deliveryId: string): Promise<void>

  close(): Promise<void>
}
