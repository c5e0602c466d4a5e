import {
  appendFileSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { Receipt } from '../types.js'
import { compressEach, type FilesSession } from './files.js'

const source = Buffer.alloc(5000, 'source')
const smaller = Buffer.from('smaller')
const receipt: Receipt = {
  format: 'jpeg',
  before: source.byteLength,
  after: smaller.byteLength,
  outcome: 'compressed',
  from: 'engine',
  reason: null,
  quality: 80,
  digest: 'sha256-',
  ms: 1,
}

let dir: string
let told: Record<string, Pick<Receipt, 'outcome' | 'reason'>>
let warned: string[]

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'compress-fast-files-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  told = {}
  warned = []
})

/** A pipeline that finds everything smaller, and while it does, something happens. */
function sessionIn(meanwhile: (name: string) => void): FilesSession {
  return {
    glance: () => undefined,
    warn: (code, message) => void warned.push(`${code} ${message}`),
    tell({ path }, _, { outcome, reason }) {
      told[path] = { outcome, reason }
    },
    async shrink({ path }) {
      await new Promise(setImmediate)
      meanwhile(path)
      return { bytes: smaller, receipt }
    },
  }
}

async function compress(names: readonly string[], meanwhile: (name: string) => void): Promise<void> {
  const files = names.map((name) => ({ path: join(dir, name), name, target: join(dir, name) }))
  for (const name of names) writeFileSync(join(dir, name), source)
  await compressEach({ files, place: dir, atOnce: 2, ahead: 0, done: () => undefined }, sessionIn(meanwhile))
}

const changed = { outcome: 'kept', reason: 'changed-meanwhile' }

test.each<[string, (path: string) => void, string | undefined]>([
  ['longer', (path) => appendFileSync(path, 'more'), `${source}more`],
  [
    'of other bytes under the old time',
    (path) => {
      const { atime, mtime } = statSync(path)
      writeFileSync(path, Buffer.alloc(source.byteLength, 'other'))
      utimesSync(path, atime, mtime)
    },
    String(Buffer.alloc(source.byteLength, 'other')),
  ],
  [
    'another file',
    (path) => {
      writeFileSync(`${path}.new`, source)
      unlinkSync(path)
      writeFileSync(path, 'another')
      unlinkSync(`${path}.new`)
    },
    'another',
  ],
  ['gone', (path) => unlinkSync(path), undefined],
])('a file that is %s when its result comes stays as it is left', async (_, change, left) => {
  await compress(['a.jpg', 'b.jpg'], (name) => name === 'a.jpg' && change(join(dir, name)))
  expect(told).toEqual({ 'a.jpg': changed, 'b.jpg': { outcome: 'compressed', reason: null } })
  expect(warned).toEqual([expect.stringMatching(/^FILE_CHANGED a\.jpg was changed/)])
  expect(readdirSync(dir)).toEqual(left === undefined ? ['b.jpg'] : ['a.jpg', 'b.jpg'])
  if (left !== undefined) expect(readFileSync(join(dir, 'a.jpg'), 'utf8')).toBe(left)
  expect(readFileSync(join(dir, 'b.jpg'))).toEqual(smaller)
})

test('a file that lost another of its names meanwhile is the same file', async () => {
  writeFileSync(join(dir, 'a.jpg'), source)
  linkSync(join(dir, 'a.jpg'), join(dir, 'other'))
  const files = [{ path: join(dir, 'a.jpg'), name: 'a.jpg', target: join(dir, 'a.jpg') }]
  const session = sessionIn(() => unlinkSync(join(dir, 'other')))
  await compressEach({ files, place: dir, atOnce: 2, ahead: 0, done: () => undefined }, session)
  expect([warned, readFileSync(join(dir, 'a.jpg'))]).toEqual([[], smaller])
})
