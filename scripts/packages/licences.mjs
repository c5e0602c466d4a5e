import { locate } from './lock.mjs'

/**
 * @typedef {import('./lock.mjs').Lock} Lock
 * @typedef {import('./lock.mjs').Locked} Locked
 */

/** Licences that ask for no more than a notice. */
const permissive = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'CC0-1.0']
/** libvips is LGPL: unmodified, a file of its own that the user can replace, in sharp's binary packages and nowhere else. */
const carriesLibvips = /^@img\/sharp-(libvips-|win32-|wasm32$)/

/**
 * Everything that an installation of the given packages brings, on any platform. Peers are the user's own.
 * @param {Lock} lock
 * @param {readonly string[]} roots Paths in the lock, such as `packages/engine`; the root itself is ``.
 * @param {(entry: Locked) => boolean} [isWanted] Leaves out those that it refuses, and what only they need.
 * @returns {Map<string, Locked>} By path; the roots are not in it.
 * @throws When the lock lacks a dependency that is not optional.
 */
export function shippedWith(lock, roots, isWanted = () => true) {
  const found = new Map()
  const open = [...roots]
  for (let from = open.pop(); from !== undefined; from = open.pop()) {
    const { dependencies = {}, optionalDependencies = {} } = lock[from] ?? {}
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const path = locate(lock, from, name)
      if (path === undefined) {
        // Told by `lockProblems`.
        if (name in optionalDependencies) continue
        throw new Error(`package-lock.json has no ${name}, which ${from || 'the root'} needs. Run \`npm install\`.`)
      }
      if (roots.includes(path) || found.has(path) || !isWanted(lock[path])) continue
      found.set(path, lock[path])
      open.push(path)
    }
  }
  return found
}

/**
 * What is wrong with the packages that we bring to our users.
 * @param {ReadonlyMap<string, Locked>} packages
 * @returns {string[]} One sentence each.
 */
export function dependencyProblems(packages) {
  return [...packages].flatMap(([path, entry]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const problems = []
    if (entry.hasInstallScript) problems.push(`${name} runs a script when it is installed, which we promise not to.`)
    if (!isAllowed(name, entry.license)) {
      problems.push(`${name} has the licence ${entry.license ?? '(none)'}, which is not on the list of allowed ones.`)
    }
    return problems
  })
}

/** Decides expressions such as `MIT`, `A AND B` and `(A OR B)`: all parts of an AND, one of an OR. */
function isAllowed(name, expression = '') {
  const text = expression.replace(/[()]/g, '')
  if (text.includes(' AND ')) return text.split(' AND ').every((part) => isAllowed(name, part))
  if (text.includes(' OR ')) return text.split(' OR ').some((part) => isAllowed(name, part))
  return permissive.includes(text) || (text === 'LGPL-3.0-or-later' && carriesLibvips.test(name))
}
