import { lstatSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import type { Layout } from './layout.js'
import { codeOf } from './trouble.js'

// The signature that https://bford.info/cachedir/ asks for.
const tagText = `Signature: 8a477f597d28d172789f06886806bc55
# This folder is a cache directory tag made by compress-fast. It can be removed at any time.
`

/** The folders of a disk cache. Each is looked at once, since a build asks for a few hundred entries in each. */
export interface Folders {
  /** Whether there is a folder for entries at all. @throws as `has`. */
  isThere(): boolean
  /** Whether the folder of an entry is there. @throws ELOOP when a link stands in its place, or what looking at it failed with. */
  has(key: string): boolean
  /** Makes the folders that an entry needs. @throws ELOOP as above, or what making them failed with. */
  make(key: string): Promise<void>
  /** Looks at all folders again. */
  forget(): void
}

export function createFolders(layout: Layout): Folders {
  let real = new Set<string>()

  return {
    isThere: () => isReal(layout.base),
    has: (key) => isReal(layout.base) && isReal(layout.shard(key)),
    async make(key) {
      if (!real.has(layout.temp)) await makeBase()
      await makeReal(layout.shard(key))
    },
    forget() {
      real = new Set()
    },
  }

  async function makeBase(): Promise<void> {
    await mkdir(layout.dir, { recursive: true })
    await makeReal(layout.base)
    await makeReal(layout.temp)
    await writeFile(layout.tag, tagText, { flag: 'wx' }).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error
    })
  }

  async function makeReal(path: string): Promise<void> {
    if (real.has(path)) return
    await mkdir(path).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error
    })
    if (!isReal(path)) throw errorWith('ENOENT', path)
  }

  function isReal(path: string): boolean {
    if (real.has(path)) return true
    const stats = lstatSync(path, { throwIfNoEntry: false })
    if (!stats) return false
    // A link could lead out of the cache, and then files of others would be removed.
    if (stats.isSymbolicLink()) throw errorWith('ELOOP', path)
    if (!stats.isDirectory()) throw errorWith('ENOTDIR', path)
    real.add(path)
    return true
  }
}

function errorWith(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}
