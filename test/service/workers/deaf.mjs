// Listens, and then never looks: what connects waits in the system's queue, which holds next to nothing.
import { createServer } from 'node:net'

const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  process.send?.(port, () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
})
