/**
 * A part of package-lock.json.
 * @typedef {{
 *   dependencies?: Record<string, string>,
 *   optionalDependencies?: Record<string, string>,
 *   license?: string,
 *   hasInstallScript?: boolean,
 *   link?: boolean,
 *   resolved?: string,
 *   os?: string[],
 *   cpu?: string[],
 *   libc?: string[],
 * }} Locked
 * @typedef {Record<string, Locked>} Lock Entries by path, such as `node_modules/a/node_modules/b`.
 */

/**
 * Where Node would find a package from a folder, with links followed.
 * @param {Lock} lock
 * @param {string} from
 * @param {string} name
 * @returns {string | undefined}
 */
export function locate(lock, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const path = `${folder ? `${folder}/` : ''}node_modules/${name}`
    const entry = lock[path]
    if (entry) return entry.link ? (entry.resolved ?? '') : path
    if (folder === '') return undefined
  }
}

/**
 * Optional packages that the lock leaves out, which are mostly binaries for other systems: `npm ci` refuses such a lock,
 * or installs something that does not start there. npm writes one when it cannot find a package at that moment.
 * @param {Lock} lock
 * @returns {string[]} One sentence for each package that lacks some.
 */
export function lockProblems(lock) {
  return Object.entries(lock).flatMap(([path, { optionalDependencies = {} }]) => {
    const absent = Object.keys(optionalDependencies).filter((name) => locate(lock, path, name) === undefined)
    if (absent.length === 0) return []
    return [`package-lock.json lacks ${absent.join(', ')} of ${path}. Take a version that has them all.`]
  })
}
