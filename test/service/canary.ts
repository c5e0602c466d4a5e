import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { keyFormIn } from '../keys.js'

/** Fails when any account's key can be read in what a build, a client or a server left. */
export function expectNoKey(place: string, contents: Iterable<string | Uint8Array>): void {
  for (const content of contents) {
    const form = keyFormIn(content)
    if (form !== null) throw new Error(`A key can be read in ${place} (${form}).`)
  }
}

/** Whether the search above would find this key. */
export function isFindable(key: string): boolean {
  return keyFormIn(key) !== null
}

/** All files below some folders, without those that links lead to. */
export function filesBelow(...folders: readonly string[]): Buffer[] {
  return folders.flatMap(pathsBelow).map((path) => readFileSync(path))
}

export function pathsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** An address that nothing is allowed to connect to. */
export interface Canary {
  readonly url: string
  /** Connections so far. */
  readonly connections: number
  close(): Promise<void>
}

export async function startCanary(): Promise<Canary> {
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    get connections() {
      return connections
    },
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}
