import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Job, JobStore, NewJob, Output } from '../../dist/index.js'

/** A place for a store, which outlives the store. */
export interface StorePlace {
  /** Opens the store again, as after the death of a process. */
  open(): Promise<JobStore>
  remove(): Promise<void>
}

const limits = { outstanding: 18 }
const digest = 'ab'.repeat(32)
const account = 'account-1'
const credits = 100

let number = 0

/** A job like any other, except for what is given. */
export function newJob(given: Partial<NewJob> = {}): NewJob {
  number += 1
  return {
    id: `job-${number}`,
    accountId: account,
    fileName: 'photo.jpg',
    format: 'jpg',
    pool: 'ImagePool',
    inputBytes: 1000,
    inputDigest: digest,
    options: {},
    creditCost: 1,
    uploadStartedAt: 1000,
    queuedAt: 1100,
    webhook: null,
    idempotency: null,
    ...given,
  }
}

function output(id: string): Output {
  const facts = { fileName: 'photo.jpg', contentType: 'image/jpeg', bytes: 500, digest, changed: true }
  return { blob: `output/${id}.1`, ...facts, reason: null, quality: 80 }
}

const claim = { perAccount: 6, owner: 'one', now: 2000, leaseUntil: 62_000 }
const at = (eventId: string) => ({ now: 3000, expiresAt: 3_603_000, eventId })

/** What every job store promises. */
export function describeJobStore(name: string, makePlace: () => Promise<StorePlace>): void {
  describe(name, () => {
    let place: StorePlace
    let store: JobStore

    beforeEach(async () => {
      place = await makePlace()
      store = await place.open()
      await store.createAccount({ id: account, name: 'first', credits, now: 1 })
      await store.createAccount({ id: 'account-2', name: 'second', credits, now: 2 })
    })
    afterEach(async () => {
      await store.close()
      await place.remove()
    })

    /** The balances of an account, as they stand and as its ledger says; and they are the same. */
    async function balances(id = account): Promise<[available: number, reserved: number]> {
      const known = await store.account(id)
      const entries = await store.ledger(id)
      const sum = (member: 'available' | 'reserved') => entries.reduce((total, entry) => total + entry[member], 0)
      expect([known?.available, known?.reserved]).toEqual([sum('available'), sum('reserved')])
      return [sum('available'), sum('reserved')]
    }

    async function accepted(given: Partial<NewJob> = {}): Promise<Job> {
      const submission = await store.submit(newJob(given), limits)
      if (submission.kind !== 'accepted') throw new Error(`the job was not accepted: ${submission.kind}`)
      return submission.job
    }

    async function claimed(): Promise<Job> {
      const job = await store.claim(claim)
      if (job === undefined) throw new Error('there was no job to claim')
      return job
    }

    test('a submitted job is there after the store was opened anew, as it was handed in', async () => {
      const webhook = { url: 'https://a.test/', secret: 'x'.repeat(16), events: ['failed'] as const }
      const job = newJob({ webhook, options: { resize: { enabled: true, preset: '4k' } }, fileName: 'ä "b".jpg' })
      expect((await store.submit(job, limits)).kind).toBe('accepted')
      await store.close()
      store = await place.open()
      expect(await store.job(job.id)).toEqual({
        ...job,
        status: 'Queued',
        attempt: 0,
        startedAt: null,
        endedAt: null,
        expiresAt: null,
        output: null,
        failure: null,
      })
      expect(await balances()).toEqual([99, 1])
    })

    test('credits are reserved with the job, spent by success, and given back by everything else', async () => {
      for (const creditCost of [1, 2, 4]) await accepted({ creditCost })
      const [first, second, third] = [await claimed(), await claimed(), await claimed()]
      expect(await balances()).toEqual([93, 7])
      await store.end(first, { status: 'Succeeded', output: output(first.id) }, at('e1'))
      expect(await balances()).toEqual([93, 6])
      await store.end(second, { status: 'Failed', failure: { code: 'c', detail: 'd' } }, at('e2'))
      expect(await balances()).toEqual([95, 4])
      await store.cancel(third.id, at('e3'))
      expect(await balances()).toEqual([99, 0])
      const kinds = (await store.ledger(account)).map(({ kind }) => kind)
      expect(kinds).toEqual(['grant', 'reserve', 'reserve', 'reserve', 'charge', 'refund', 'refund'])
    })

    test('a job is not accepted without the credits, and nothing of it stays', async () => {
      const job = newJob({ creditCost: 101 })
      expect(await store.submit(job, limits)).toEqual({ kind: 'credits', needed: 101, available: 100 })
      expect(await store.job(job.id)).toBeUndefined()
      expect(await balances()).toEqual([100, 0])
      expect(await store.grant(account, 1, 5)).toBe(true)
      expect((await store.submit(job, limits)).kind).toBe('accepted')
      expect(await store.grant('nobody', 1, 5)).toBe(false)
    })

    test('an account has so many jobs outstanding and no more, however many come at once', async () => {
      const submissions = await Promise.all(Array.from({ length: 40 }, () => store.submit(newJob(), limits)))
      const kinds = submissions.map(({ kind }) => kind)
      expect(kinds.filter((kind) => kind === 'accepted')).toHaveLength(18)
      expect(kinds.filter((kind) => kind === 'outstanding')).toHaveLength(22)
      expect(await store.outstanding(account)).toBe(18)
      expect((await store.submit(newJob({ accountId: 'account-2' }), limits)).kind).toBe('accepted')
      expect(await balances()).toEqual([82, 18])
    })

    test('an idempotency key makes one job, and another request under it is a conflict', async () => {
      const idempotency = { key: 'k', fingerprint: 'f' }
      const many = await Promise.all(Array.from({ length: 20 }, () => store.submit(newJob({ idempotency }), limits)))
      const first = many.find(({ kind }) => kind === 'accepted')
      const repeated = many.filter(({ kind }) => kind === 'repeated')
      expect(repeated).toHaveLength(19)
      const ids = new Set(many.map((submission) => ('job' in submission ? submission.job.id : '')))
      expect([...ids]).toEqual([first && 'job' in first ? first.job.id : undefined])
      const other = newJob({ idempotency: { key: 'k', fingerprint: 'g' } })
      expect(await store.submit(other, limits)).toEqual({ kind: 'conflict' })
      expect((await store.submit(newJob({ idempotency, accountId: 'account-2' }), limits)).kind).toBe('accepted')
      expect(await balances()).toEqual([99, 1])
    })

    test('jobs are claimed in their order, each once, and so many of an account at a time', async () => {
      const ids: string[] = []
      for (let index = 0; index < 9; index += 1) ids.push((await accepted()).id)
      const all = await Promise.all(Array.from({ length: 12 }, () => store.claim(claim)))
      expect(all.flatMap((job) => job?.id ?? [])).toEqual(ids.slice(0, 6))
      expect(all[0]).toMatchObject({ status: 'Running', attempt: 1, startedAt: 2000 })
      await store.cancel(ids[0] ?? '', at('e'))
      expect((await claimed()).id).toBe(ids[6])
    })

    test('an account with fewer running jobs comes first', async () => {
      for (let index = 0; index < 4; index += 1) await accepted()
      const [first, second] = [await claimed(), await claimed()]
      const late = await accepted({ accountId: 'account-2' })
      expect([first.accountId, second.accountId]).toEqual([account, account])
      expect((await claimed()).id).toBe(late.id)
    })

    test('places in the queue count from one, by pool', async () => {
      const [a, b] = [await accepted(), await accepted()]
      const pdf = await accepted({ pool: 'DocumentPool', format: 'pdf' })
      expect(await store.position(b)).toEqual({ position: 2, total: 2 })
      expect(await store.position(pdf)).toEqual({ position: 1, total: 1 })
      expect((await claimed()).id).toBe(a.id)
      expect(await store.position(b)).toEqual({ position: 1, total: 1 })
      expect((await store.position({ ...a, status: 'Running' })).position).toBe(0)
    })

    test('jobs of a dead owner, or past their lease, go back to their places, and a late end changes nothing', async () => {
      const [a, b] = [await accepted(), await accepted()]
      const dead = await claimed()
      expect(await store.requeue({ owner: 'somebody else' })).toBe(0)
      expect(await store.requeue({ owner: 'one' })).toBe(1)
      const again = await claimed()
      expect([again.id, again.attempt]).toEqual([a.id, 2])
      const ending = { status: 'Succeeded', output: output(a.id) } as const
      expect(await store.end(dead, ending, at('late'))).toBeUndefined()
      expect(await balances()).toEqual([98, 2])
      expect((await store.end(again, ending, at('good')))?.status).toBe('Succeeded')
      expect(await store.end(again, ending, at('twice'))).toBeUndefined()

      expect((await claimed()).id).toBe(b.id)
      await store.renew('one', [b.id], 90_000)
      expect(await store.requeue({ leaseEndedBefore: 80_000 })).toBe(0)
      expect(await store.requeue({ leaseEndedBefore: 90_001 })).toBe(1)
      expect(await balances()).toEqual([98, 1])
    })

    test('only what is over can be removed, and only what is not can be canceled', async () => {
      const job = await accepted()
      expect(await store.remove(job.id)).toBeUndefined()
      expect((await store.cancel(job.id, at('e')))?.status).toBe('Canceled')
      expect(await store.cancel(job.id, at('e'))).toBeUndefined()
      expect((await store.remove(job.id))?.id).toBe(job.id)
      expect(await store.remove(job.id)).toBeUndefined()
      expect(await store.job(job.id)).toBeUndefined()
      expect(await balances()).toEqual([100, 0])
    })

    test('files expire once, with their idempotency key, and the job is forgotten later', async () => {
      const idempotency = { key: 'k', fingerprint: 'f' }
      const job = await accepted({ idempotency })
      await store.cancel(job.id, { now: 3000, expiresAt: 5000 })
      expect(await store.expire(4999)).toEqual([])
      expect((await store.jobByIdempotencyKey(account, 'k'))?.id).toBe(job.id)
      expect((await store.expire(5000)).map(({ id }) => id)).toEqual([job.id])
      expect(await store.expire(5000)).toEqual([])
      expect(await store.jobByIdempotencyKey(account, 'k')).toBeUndefined()
      expect((await store.submit(newJob({ idempotency }), limits)).kind).toBe('accepted')
      expect(await store.purge(4999)).toBe(0)
      expect(await store.purge(5000)).toBe(1)
      expect(await store.job(job.id)).toBeUndefined()
    })

    test('messages are queued with the end they tell of, and stay until they are settled', async () => {
      const webhook = { url: 'https://a.test/', secret: 'x'.repeat(16), events: ['succeeded'] as const }
      for (let index = 0; index < 2; index += 1) await accepted({ webhook })
      const [good, bad] = [await claimed(), await claimed()]
      expect(await store.nextDelivery()).toBeUndefined()
      await store.end(good, { status: 'Succeeded', output: output(good.id) }, at('event-1'))
      await store.end(bad, { status: 'Failed', failure: { code: 'c', detail: 'd' } }, at('event-2'))
      expect(await store.dueDeliveries(2999, 9)).toEqual([])
      const [delivery, ...rest] = await store.dueDeliveries(3000, 9)
      expect(rest).toEqual([])
      expect(delivery).toMatchObject({ id: 'event-1', tried: 0, job: { id: good.id, status: 'Succeeded', webhook } })
      await store.putOff('event-1', 9000)
      expect(await store.nextDelivery()).toBe(9000)
      await store.remove(good.id)
      await store.close()
      store = await place.open()
      expect(await store.dueDeliveries(9000, 9)).toMatchObject([{ id: 'event-1', tried: 1 }])
      await store.settle('event-1')
      expect(await store.nextDelivery()).toBeUndefined()
    })

    test('keys are found by their digest, also after they were revoked', async () => {
      const key = {
        id: 'k1',
        accountId: account,
        name: 'n',
        digest,
        allow: ['10.0.0.0/8'],
        createdAt: 5,
        revokedAt: null,
      }
      await store.addKey(key)
      expect(await store.keyByDigest(digest)).toEqual(key)
      expect(await store.keyByDigest('cd'.repeat(32))).toBeUndefined()
      expect(await store.revokeKey('k1', 9)).toBe(true)
      expect(await store.revokeKey('k1', 10)).toBe(true)
      expect(await store.revokeKey('k2', 10)).toBe(false)
      expect(await store.keys()).toEqual([{ ...key, revokedAt: 9 }])
    })

    test('sizes and counts are of what there is', async () => {
      expect(await store.inputStats(account, 'jpg')).toEqual({ count: 0, meanBytes: null, medianBytes: null })
      for (const inputBytes of [10, 20, 60]) await accepted({ inputBytes })
      await accepted({ inputBytes: 9999, format: 'png' })
      await accepted({ inputBytes: 9999, accountId: 'account-2' })
      expect(await store.inputStats(account, 'jpg')).toEqual({ count: 3, meanBytes: 30, medianBytes: 20 })
      await claimed()
      expect(await store.counts()).toEqual({ Queued: 4, Running: 1, Succeeded: 0, Failed: 0, Canceled: 0 })
    })
  })
}
