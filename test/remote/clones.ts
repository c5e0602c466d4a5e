import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CacheSettings } from 'unplugin-compress-fast'
import { verifyCache } from '../../src/cache/maintain.js'
import { type Built, fixture, forgetProcess } from '../site.js'
import { createSite } from '../vite/harness.js'
import { type Running, secret } from './stores.js'

/** What the site has: something to gain in two, nothing in one. */
const files = ['logo-alpha.png', 'palette.png', 'optimal.png']

export interface CloneSetup {
  readonly cache?: CacheSettings
  readonly env?: NodeJS.ProcessEnv
  readonly expectWarnings?: readonly string[]
}

/** Builds a clone as a machine of its own would, which has nothing but the shared cache. */
export async function buildClone(
  { remote, env: own }: Pick<Running, 'remote' | 'env'>,
  setup: CloneSetup = {},
): Promise<Built> {
  const vite = await import('vite')
  const names = files.map((name, index) => `import f${index} from './${name}?no-inline'`)
  const site = await createSite(vite, {
    'index.html': '<script type="module" src="./main.js"></script>',
    'main.js': `${names.join('\n')}\ndocument.title = f0 + f1 + f2`,
    ...Object.fromEntries(await Promise.all(files.map(async (name) => [name, await fixture(name)]))),
  })
  const dir = join(site.root, '.cache')
  const cache = { dir, remote, secret, namespace: 'main', ...setup.cache }
  return withEnv({ ...own, ...setup.env }, async () => {
    const { expectWarnings = [] } = setup
    const first = await site.build({ options: { cache }, expectWarnings })
    forgetProcess()
    // What came to this machine proves itself, and is what was shipped.
    const { removed } = await verifyCache(dir)
    if (removed > 0) throw new Error(`${removed} entries of the local cache are damaged.`)
    const again = await site.build({ options: { cache: { dir } } })
    forgetProcess()
    for (const path of first.files) {
      if (!first.file(path).equals(again.file(path))) throw new Error(`The local cache has another ${path}.`)
    }
    if (again.report.totals.from.engine > 0) throw new Error('The local cache forgot something.')
    await rm(dir, { recursive: true })
    return first
  })
}

async function withEnv<T>(env: NodeJS.ProcessEnv, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env }
  Object.assign(process.env, env)
  try {
    return await work()
  } finally {
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
}

/** What ships, by path. */
export function shipped(built: Built): Record<string, string> {
  return Object.fromEntries(built.files.map((path) => [path, built.file(path).toString('base64')]))
}
