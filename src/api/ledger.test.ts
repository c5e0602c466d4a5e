import { readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pickSeed, seeded } from '../../test/faults/workers/random.mjs'
import { createLedger } from './ledger.js'
import {
  decodeEntries,
  type Entry,
  encodeEntry,
  type Happening,
  leftoversOf,
  lifetimeMs,
  standingOf,
} from './ledger-record.js'

const upload = 'a'.repeat(64)
const seed = pickSeed()
let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'compress-fast-ledger-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const open = (warnings: string[] = []) => createLedger({ dir, warn: (message) => warnings.push(message) })
const files = () => readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.log'))

/** Makes a ledger look like that of a process that was killed. */
function orphan(): void {
  for (const name of files()) {
    const path = join(dir, name)
    // No process has the largest id of Linux and macOS.
    renameSync(path, join(dirname(path), `4194304-${path.slice(-40)}`))
  }
}

describe('where an upload stands', () => {
  const at = (kind: Happening['kind'], epoch = 0, time = 0): Entry => {
    const what = { upload, epoch, at: time }
    return kind === 'job' || kind === 'stored' ? { ...what, kind, id: `job${epoch}` } : { ...what, kind }
  }
  test.each<[string, Entry[], ReturnType<typeof standingOf>]>([
    ['nothing', [], { epoch: 0, open: null }],
    ['intent', [at('intent')], { epoch: 0, open: { kind: 'intent' } }],
    ['void', [at('intent'), at('void')], { epoch: 0, open: null }],
    ['job', [at('intent'), at('job')], { epoch: 0, open: { kind: 'job', id: 'job0', at: 0 } }],
    [
      'job, and an intent that came twice',
      [at('job'), at('intent')],
      { epoch: 0, open: { kind: 'job', id: 'job0', at: 0 } },
    ],
    ['closed', [at('intent'), at('job'), at('closed')], { epoch: 1, open: null }],
    ['stored', [at('intent'), at('job'), at('stored')], { epoch: 1, open: null }],
    ['sent anew', [at('closed'), at('intent', 1, 5)], { epoch: 1, open: { kind: 'intent' } }],
    [
      'late word of an older one',
      [at('job', 1, 5), at('closed', 0, 9)],
      { epoch: 1, open: { kind: 'job', id: 'job1', at: 5 } },
    ],
  ])('%s', (_, entries, expected) => {
    expect(standingOf(entries, 10)).toEqual(expected)
    expect(standingOf([...entries, ...entries], 10)).toEqual(expected)
  })

  test('a job whose output has expired is none', () => {
    expect(standingOf([at('job')], lifetimeMs)).toMatchObject({ open: { id: 'job0' } })
    expect(standingOf([at('job')], lifetimeMs + 1)).toEqual({ epoch: 1, open: null })
  })
})

test(`torn and foreign lines are passed over, whole ones are not (SEED=${seed})`, () => {
  const random = seeded(seed)
  const entries = Array.from(
    { length: 20 },
    (_, epoch): Entry => ({ kind: 'job', id: `j${epoch}`, upload, epoch, at: epoch }),
  )
  const text = entries.map(encodeEntry).join('')
  expect(decodeEntries(text)).toEqual(entries)
  for (let round = 0; round < 2000; round++) {
    const cut = Math.floor(random() * text.length)
    const whole = text.slice(0, cut).split('\n').length - 1
    const torn = decodeEntries(text.slice(0, cut))
    expect(torn.slice(0, whole)).toEqual(entries.slice(0, whole))
    // All that can be there beyond is a last line that lacks its end only.
    expect(torn.length - whole).toBeLessThanOrEqual(1)
    const bytes = Buffer.from(text)
    bytes[cut] = (bytes[cut] ?? 0) ^ (1 + Math.floor(random() * 255))
    for (const entry of decodeEntries(bytes.toString())) expect(entries).toContainEqual(entry)
  }
  expect(decodeEntries('nonsense\n\n{}\n0000000000000000 {"kind":"job"}\n')).toEqual([])
})

test('what a process wrote others know, at once and after its death', async () => {
  const [one, other] = [open(), open()]
  await one.write(upload, 0, { kind: 'intent' })
  expect(await other.standing(upload)).toMatchObject({ open: { kind: 'intent' } })
  await one.write(upload, 0, { kind: 'job', id: 'paid' })
  expect(await other.standing(upload)).toMatchObject({ epoch: 0, open: { kind: 'job', id: 'paid' } })
  orphan()
  expect(await open().standing(upload)).toMatchObject({ open: { id: 'paid' } })
})

test('what dead processes left open is taken over, and what is settled dropped', async () => {
  const killed = open()
  await killed.write(upload, 0, { kind: 'job', id: 'paid' })
  await killed.write('b'.repeat(64), 0, { kind: 'closed' })
  orphan()
  const next = open()
  await next.write('c'.repeat(64), 0, { kind: 'intent' })
  await next.write('c'.repeat(64), 0, { kind: 'void' })
  await next.close()
  expect(files()).toHaveLength(1)
  expect(await open().standing(upload)).toMatchObject({ open: { id: 'paid' } })
  const last = open()
  await last.write(upload, 0, { kind: 'closed' })
  orphan()
  await last.close()
  const end = open()
  await end.write(upload, 1, { kind: 'void' })
  await end.close()
  expect(files()).toEqual([])
})

test('jobs whose results are safe, and that a killed process did not delete, are known until they expire', async () => {
  const killed = open()
  const [other, third] = ['b'.repeat(64), 'c'.repeat(64)]
  for (const [name, id] of Object.entries({ [upload]: 'left', [other]: 'deleted', [third]: 'open' })) {
    await killed.write(name, 0, { kind: 'job', id })
  }
  await killed.write(upload, 0, { kind: 'stored', id: 'left' })
  await killed.write(other, 0, { kind: 'stored', id: 'deleted' })
  await killed.write(other, 0, { kind: 'closed' })
  // Whoever is alive comes to it by himself.
  expect(await open().leftovers()).toEqual([])
  orphan()
  const next = open()
  expect(await next.leftovers()).toEqual(['left'])
  await next.write('d'.repeat(64), 0, { kind: 'void' })
  await next.close()
  expect(await open().leftovers()).toEqual([])
  const stored: Entry = { kind: 'stored', id: 'old', upload, epoch: 0, at: 0 }
  expect(leftoversOf([stored, stored], lifetimeMs)).toEqual(['old'])
  expect(leftoversOf([stored], lifetimeMs + 1)).toEqual([])
})

test('lines that are written together are all there', async () => {
  const ledger = open()
  const uploads = Array.from({ length: 200 }, (_, index) => index.toString(16).padStart(64, '0'))
  await Promise.all(uploads.map((name) => ledger.write(name, 0, { kind: 'job', id: `j${name}` })))
  const [file = ''] = files()
  expect(
    decodeEntries(readFileSync(join(dir, file), 'utf8'))
      .map((entry) => entry.upload)
      .sort(),
  ).toEqual(uploads)
  await ledger.close()
})

test('a process that is alive keeps its file; a damaged one harms nobody', async () => {
  const host = readdirSync(dir)
  expect(host).toEqual([])
  const living = open()
  await living.write(upload, 0, { kind: 'job', id: 'mine' })
  const [file = ''] = files()
  await appendFile(join(dir, file), 'torn')
  await mkdir(join(dir, 'elsewhere'), { recursive: true })
  await writeFile(join(dir, 'elsewhere/notes.txt'), 'not ours')
  const other = open()
  await other.write('d'.repeat(64), 0, { kind: 'void' })
  await other.close()
  expect(files()).toEqual([file])
  expect(await open().standing(upload)).toMatchObject({ open: { id: 'mine' } })
  await living.close()
})

test('trouble with the disk is told once, and the ledger goes on in memory', async () => {
  const warnings: string[] = []
  const target = await mkdtemp(join(tmpdir(), 'compress-fast-elsewhere-'))
  await rm(dir, { recursive: true })
  symlinkSync(target, dir)
  const ledger = open(warnings)
  await ledger.write(upload, 0, { kind: 'job', id: 'paid' })
  await ledger.write(upload, 0, { kind: 'closed' })
  expect(await ledger.standing(upload)).toEqual({ epoch: 1, open: null })
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatch(/symbolic link/)
  expect(readdirSync(target)).toEqual([])
  await ledger.close()
  await rm(target, { recursive: true })
})

test('without a folder it lives in memory', async () => {
  const ledger = createLedger({ dir: null, warn: () => expect.unreachable() })
  await ledger.write(upload, 0, { kind: 'intent' })
  expect(await ledger.standing(upload)).toMatchObject({ open: { kind: 'intent' } })
  await ledger.close()
  expect(files()).toEqual([])
})
