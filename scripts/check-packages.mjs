// Looks at the packages as npm would publish them: their files, their types, and what they bring along.
//   npm run check:packages
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { entriesOf, plans } from './bundles.mjs'
import { contentProblems, reachedFrom, textProblems } from './packages/contents.mjs'
import { figureProblems, fitsLinux } from './packages/figures.mjs'
import { dependencyProblems, shippedWith } from './packages/licences.mjs'
import { lockProblems } from './packages/lock.mjs'
import { packAll, publishedFolders, repository } from './packages/pack.mjs'
import { publintProblems, typeProblems, unusedProblems } from './packages/tools.mjs'

/** @typedef {import('./packages/pack.mjs').Packed} Packed */

const folder = await mkdtemp(join(tmpdir(), 'compress-fast-pack-'))
try {
  const { packages: lock } = JSON.parse(await readFile(join(repository, 'package-lock.json'), 'utf8'))
  for (const packed of await packAll(folder)) {
    const about = `${packed.name} (${packed.files.length} files)`
    tell(`${about}: files`, await fileProblems(packed))
    tell(`${about}: publint`, await publintProblems(packed))
    tell(`${about}: types`, await typeProblems(packed))
    if (packed.folder === 'packages/engine') tell(`${about}: figures in its README`, await wrongFigures(packed, lock))
  }
  const shipped = shippedWith(
    lock,
    publishedFolders.map((path) => (path === '.' ? '' : path)),
  )
  tell(`${shipped.size} packages come along, on all platforms: licences and scripts`, dependencyProblems(shipped))
  tell('package-lock.json is complete for all platforms', lockProblems(lock))
  tell('unused files, exports and dependencies', await unusedProblems())
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** Prints one check's result; problems make the exit code 1. */
function tell(check, problems) {
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${check}`)
  for (const problem of problems) console.log(`         ${problem.replaceAll('\n', '\n         ')}`)
  if (problems.length > 0) process.exitCode = 1
}

/**
 * What is wrong with a package's files. What was packed is what lies in the folder, so that is read.
 * @param {Packed} packed
 */
async function fileProblems({ folder, files }) {
  const root = join(repository, folder)
  const read = (path) => readFile(join(root, path), 'utf8')
  const problems = contentProblems(files, await sourcesIn(root), await reachedFrom(await bundlesIn(folder), read))
  for (const path of files) problems.push(...textProblems(path, await read(path)))
  const licence = await readFile(join(repository, 'LICENSE'), 'utf8')
  if (files.includes('LICENSE') && (await read('LICENSE')) !== licence) {
    problems.push('LICENSE differs from the one in the root of the repository.')
  }
  return problems
}

/**
 * Where the README of a package is wrong about its size and what it brings.
 * @param {Packed} packed
 * @param {import('./packages/lock.mjs').Lock} lock
 */
async function wrongFigures({ folder, size, unpackedSize }, lock) {
  const readme = await readFile(join(repository, folder, 'README.md'), 'utf8')
  const direct = Object.keys(lock[folder]?.dependencies ?? {}).length
  const total = shippedWith(lock, [folder], fitsLinux).size
  return figureProblems(readme, { packed: size, unpacked: unpackedSize, direct, total })
}

/** The files of a package's `lib` that are found by their names. @param {string} folder */
async function bundlesIn(folder) {
  const plan = plans.find((known) => known.folder === folder)
  return plan ? Object.keys(await entriesOf(plan)).map((name) => `lib/${name}.js`) : []
}

/** TypeScript files of a package, as `src/a.ts`. */
async function sourcesIn(root) {
  const entries = await readdir(join(root, 'src'), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  return files.map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
}
