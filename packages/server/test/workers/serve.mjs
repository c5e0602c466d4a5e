// A server with options that are functions, as a test asked for them.
//   node serve.mjs '{ …ServerOptions, "names": { "a.test": ["127.0.0.1"] } }'
import { createServer } from '../../dist/index.js'

const { names = {}, network = {}, aheadMs = 0, ...options } = JSON.parse(process.argv[2])
let ahead = aheadMs
// An hour and a minute pass at once.
process.on('SIGUSR2', () => (ahead += 61 * 60_000))
const now = () => Date.now() + ahead
/** How often each name was looked up: a name with a list of lists answers otherwise each time. */
const asked = new Map()

async function resolve(hostname) {
  const name = hostname.replace(/\.$/, '')
  const times = asked.get(name) ?? 0
  asked.set(name, times + 1)
  const known = names[name] ?? []
  const answers = Array.isArray(known[0]) ? known[Math.min(times, known.length - 1)] : known
  return answers.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
}

const server = await createServer({ port: 0, now, ...options, network: { ...network, resolve } })
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)))
