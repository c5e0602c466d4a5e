import { ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { resolve, sep } from 'node:path'
import { afterAll, afterEach } from 'vitest'
import { keyBelow, keyFormIn } from './keys.js'

// Before every file with tests. No test can forget to look for keys: what it removes of the folder for temporary files
// is read first, what its processes print is heard, and what it leaves there is read at its end.

/** Where keys were seen since the last test ended. */
export const spills: string[] = []

const temporary = resolve(tmpdir()) + sep
const made = new Set<string>()

function search(path: fs.PathLike): void {
  const folder = resolve(String(path))
  made.delete(folder)
  if (!folder.startsWith(temporary)) return
  try {
    const found = keyBelow(folder)
    if (found !== null) spills.push(found)
  } catch {
    // Somebody is still at work in it, or it is not for us to read.
  }
}

const { rmSync, mkdtempSync } = fs
const { rm, mkdtemp } = fs.promises
Object.assign(fs, {
  rmSync(path: fs.PathLike, options?: fs.RmOptions) {
    search(path)
    rmSync(path, options)
  },
  mkdtempSync: (prefix: string) => noted(mkdtempSync(prefix)),
})
Object.assign(fs.promises, {
  async rm(path: fs.PathLike, options?: fs.RmOptions) {
    search(path)
    await rm(path, options)
  },
  mkdtemp: async (prefix: string) => noted(await mkdtemp(prefix)),
})
syncBuiltinESMExports()

function noted(folder: string): string {
  made.add(resolve(folder))
  return folder
}

interface Spawning {
  spawn(options: { readonly args?: readonly string[] }): unknown
}

const prototype = ChildProcess.prototype as unknown as Spawning
const { spawn } = prototype
prototype.spawn = function (this: ChildProcess & Spawning, options) {
  const answer = spawn.call(this, options)
  // The one command whose answer is a key.
  const isMaker = ['keys', 'create'].every((word) => options.args?.includes(word))
  if (!isMaker) for (const stream of [this.stdout, this.stderr]) if (stream) overhear(stream, options.args)
  return answer
}

/** Hears what others read, and takes nothing away: adding a listener would make the stream flow. */
function overhear(stream: NodeJS.ReadableStream, args: readonly string[] = []): void {
  const emit = stream.emit.bind(stream)
  let heard = ''
  stream.emit = (event: string | symbol, ...rest: unknown[]) => {
    if (event === 'data') heard = heard.slice(-1000) + Buffer.from(rest[0] as Uint8Array).toString('latin1')
    const form = event === 'data' ? keyFormIn(heard) : null
    if (form !== null) spills.push(`what \`${args.slice(0, 3).join(' ')}\` printed (${form})`)
    return emit(event, ...rest)
  }
}

function expectNone(): void {
  const found = spills.splice(0)
  if (found.length > 0) throw new Error(`A key can be read in ${[...new Set(found)].join(', ')}.`)
}

afterEach(expectNone)
// Registered first, so that it comes after all that tests do at their end.
afterAll(() => {
  for (const folder of made) search(folder)
  expectNone()
})
