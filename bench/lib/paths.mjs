import { mkdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of this repository. */
export const repository = fileURLToPath(new URL('../..', import.meta.url))

/** Where projects under measurement live: made anew or kept between runs, never in the repository. */
export const workFolder = join(tmpdir(), 'compress-fast-bench')

/** @param {string} name A package installed in this repository. */
export function installed(name) {
  return join(repository, 'node_modules', name)
}

/**
 * Gives a project its own `node_modules`, in which packages are links, so that it resolves like a real one.
 * @param {string} project
 * @param {string[]} packages
 */
export async function linkPackages(project, packages) {
  for (const name of packages) {
    const link = join(project, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await rm(link, { force: true })
    await symlink(name === 'unplugin-compress-fast' ? repository : installed(name), link, 'junction')
  }
}
