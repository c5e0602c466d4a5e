import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKey, createServer, type Server, type ServerOptions } from '@compress-fast/server'
import sharp from 'sharp'
import { expectNoKey, filesBelow, isFindable } from './canary.js'

/** A real server in a temporary folder, and what its accounts paid. */
export interface TestServer extends Server {
  /** A new account with credits, and a key for it. */
  account(credits?: number): Promise<{ id: string; key: string }>
  /** Credits that are gone for good, and those held for jobs that are not over. */
  spent(accountId: string): Promise<{ charged: number; reserved: number }>
  /** Ends it, and fails when a key can be read in its log or files. */
  close(): Promise<void>
}

export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const data = await mkdtemp(join(tmpdir(), 'compress-fast-server-'))
  const log: string[] = []
  const server = await createServer({ data, port: 0, effort: 'fast', log: (line) => log.push(line), ...options })
  return {
    ...server,
    async account(credits = 1000) {
      const id = randomUUID()
      await server.store.createAccount({ id, name: 'test', credits, now: Date.now() })
      const { key } = await createKey(server.store, { accountId: id, name: 'test', allow: [], now: Date.now() })
      if (!isFindable(key)) throw new Error('Keys look different now, and would be searched for in vain.')
      return { id, key }
    },
    async spent(accountId) {
      const account = await server.store.account(accountId)
      if (!account) throw new Error('There is no such account.')
      return { charged: account.granted - account.available - account.reserved, reserved: account.reserved }
    },
    async close() {
      await server.close()
      expectNoKey('the log of the server', log)
      expectNoKey('the files of the server', filesBelow(data))
      await rm(data, { recursive: true, force: true })
    },
  }
}

/** A small PNG that compresses well and fast, another one for each number. */
export async function smallPng(number: number, size = 48): Promise<Buffer> {
  const pixels = Buffer.alloc(size * size * 3)
  for (let at = 0; at < pixels.length; at++) {
    const pixel = Math.floor(at / 3)
    pixels[at] = (((pixel % size) >> 3) * 31 + (Math.floor(pixel / size) >> 3) * 17 + number * (1 + (at % 3))) & 0xff
  }
  pixels.writeUInt32LE(number, 0)
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer()
}
