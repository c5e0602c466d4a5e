/** @typedef {import('./lock.mjs').Locked} Locked */

/** By how much a size may differ from what is said, as a share. */
const TOLERANCE = 0.1

/**
 * What a package's README says of its size, by the words around the figure.
 * @typedef {{ packed: number, unpacked: number, direct: number, total: number }} Figures Sizes in bytes.
 */

/** @type {Readonly<Record<keyof Figures, { words: RegExp, scale: number, tolerance: number }>>} */
const stated = {
  packed: { words: /(\d+) kB packed/, scale: 1000, tolerance: TOLERANCE },
  unpacked: { words: /(\d+) kB unpacked/, scale: 1000, tolerance: TOLERANCE },
  direct: { words: /(\d+) dependencies/, scale: 1, tolerance: 0 },
  total: { words: /(\d+) packages in all/, scale: 1, tolerance: 0 },
}

/**
 * Where a README says another size or number of packages than was measured.
 * @param {string} readme
 * @param {Figures} measured
 * @returns {string[]} One sentence each.
 */
export function figureProblems(readme, measured) {
  return Object.entries(stated).flatMap(([key, { words, scale, tolerance }]) => {
    const truth = measured[/** @type {keyof Figures} */ (key)]
    const said = Number(words.exec(readme)?.[1] ?? Number.NaN) * scale
    if (Math.abs(said - truth) <= truth * tolerance) return []
    return [`README.md says ${said} where ${truth} was measured (${key}). It is looked for as ${words}.`]
  })
}

/** What npm installs on: the figures are said of the most common machine that builds run on. */
const system = /** @type {const} */ ({ os: 'linux', cpu: 'x64', libc: 'glibc' })

/**
 * Whether npm installs a package on Linux (x64, glibc).
 * @param {Locked} entry
 */
export function fitsLinux(entry) {
  return Object.entries(system).every(([key, value]) => {
    const allowed = entry[/** @type {keyof typeof system} */ (key)]
    return allowed === undefined || allowed.includes(value)
  })
}
