// Puts the code of a package together in a few files, which is what npm publishes: to load a hundred small modules takes
// longer than all that a run with a warm cache does. `npm run build` calls this after the compiler, which checks types
// and writes declarations.
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { entriesOf, plans, repository } from './bundles.mjs'

for (const plan of plans) await bundle(plan)

/**
 * What is loaded late, and what several entries share, goes into files of its own: state stays one.
 * @param {import('./bundles.mjs').Plan} plan
 */
async function bundle(plan) {
  const root = join(repository, plan.folder)
  const warm = new Set()
  const build = await rolldown({
    cwd: root,
    input: await entriesOf(plan),
    platform: 'node',
    // Packages, and modules of Node: what is neither a relative path nor an absolute one, on Windows too.
    external: /^(?![./]|[a-z]:[\\/])/i,
    plugins: [
      {
        name: 'warm',
        buildEnd() {
          const roots = plan.together.map((path) => join(root, path))
          for (const id of importedFrom(roots, (id) => this.getModuleInfo(id)?.importedIds ?? [])) warm.add(id)
        },
      },
    ],
  })
  const lib = join(root, 'lib')
  const { output } = await build.write({
    dir: lib,
    chunkFileNames: '[name]-[hash].js',
    hashCharacters: 'hex',
    codeSplitting: { groups: [{ name: 'warm', test: (id) => warm.has(id) }] },
  })
  await build.close()
  await assertInstalled(root, output)
  const made = output.map(({ fileName }) => fileName)
  const gone = (await readdir(lib)).filter((name) => !made.includes(name))
  await Promise.all(gone.map((name) => rm(join(lib, name), { recursive: true })))
}

/**
 * Bundlers may put in helpers of their own, from packages that users do not have.
 * @param {string} root
 * @param {readonly import('rolldown').RolldownOutput['output'][number][]} output
 */
async function assertInstalled(root, output) {
  const { dependencies, peerDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const known = [...Object.keys({ ...dependencies, ...peerDependencies }), ...output.map(({ fileName }) => fileName)]
  for (const { fileName, imports = [], dynamicImports = [] } of output.filter(({ type }) => type === 'chunk')) {
    const isKnown = (name) => name.startsWith('node:') || known.some((other) => `${name}/`.startsWith(`${other}/`))
    const stranger = [...imports, ...dynamicImports].find((name) => !isKnown(name))
    if (stranger !== undefined) throw new Error(`${fileName} imports ${stranger}, which ${root} does not depend on.`)
  }
}

/**
 * Modules, and all that loading them loads.
 * @param {readonly string[]} roots
 * @param {(id: string) => readonly string[]} importsOf
 * @returns {string[]}
 */
function importedFrom(roots, importsOf) {
  const ids = [...roots]
  for (const id of ids) ids.push(...importsOf(id).filter((next) => !ids.includes(next)))
  return [...new Set(ids)]
}
