import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { repository } from './paths.mjs'

/**
 * @typedef {{ id: number, callFrame: { functionName: string, url: string, lineNumber: number }, children?: number[] }} Node
 * @typedef {{ nodes: Node[], samples: number[], timeDeltas: number[] }} Profile
 */

/**
 * Where the main thread's time went, as lines of text: by part, then the functions of the plugin.
 * @param {string} folder Holds what \`--cpu-prof\` wrote; the largest profile is the build's.
 */
export async function profileLines(folder) {
  const profile = await largestProfile(folder)
  const own = ownTimes(profile)
  const lines = ['Main thread, ms by part (own time):', ...topLines(group(profile, own, partOf), 12)]
  lines.push('', 'Functions of the plugin, ms with what they call:', ...topLines(inclusive(profile, own), 25))
  lines.push(
    '',
    'Native work and collection, ms by caller in the plugin:',
    ...topLines(nativeByCaller(profile, own), 15),
  )
  return lines
}

/** @param {string} folder @returns {Promise<Profile>} */
async function largestProfile(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile'))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return JSON.parse(texts.toSorted((a, b) => b.length - a.length)[0])
}

/** Milliseconds by node. @param {Profile} profile @returns {Map<number, number>} */
function ownTimes({ samples, timeDeltas }) {
  const times = new Map()
  for (const [at, id] of samples.entries()) times.set(id, (times.get(id) ?? 0) + timeDeltas[at] / 1000)
  return times
}

/** @param {Profile} profile @param {Map<number, number>} own @param {(node: Node) => string} nameOf */
function group({ nodes }, own, nameOf) {
  /** @type {Map<string, number>} */
  const sums = new Map()
  for (const node of nodes) sums.set(nameOf(node), (sums.get(nameOf(node)) ?? 0) + (own.get(node.id) ?? 0))
  return sums
}

/** @param {Node} node */
function partOf({ callFrame: { url, functionName } }) {
  if (url === '') return functionName
  if (url.startsWith('node:')) return 'Node'
  const path = placeOf(url)
  if (isPlugin(path)) return path
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path
}

/** Time of each of the plugin's functions with all below it; recursion counts once. @param {Profile} profile @param {Map<number, number>} own */
function inclusive({ nodes }, own) {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  /** @type {Map<string, number>} */
  const sums = new Map()
  visit(nodes[0], new Set())
  return sums

  /** @param {Node} node @param {Set<string>} above @returns {number} */
  function visit(node, above) {
    const name = functionOf(node)
    const isFirst = name !== undefined && !above.has(name)
    const within = isFirst ? new Set(above).add(name) : above
    const below = (node.children ?? []).map((id) => visit(/** @type {Node} */ (byId.get(id)), within))
    const total = below.reduce((sum, ms) => sum + ms, own.get(node.id) ?? 0)
    if (isFirst) sums.set(name, (sums.get(name) ?? 0) + total)
    return total
  }
}

/** Own time of frames without a file, by the nearest function of the plugin above. @param {Profile} profile @param {Map<number, number>} own */
function nativeByCaller({ nodes }, own) {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  /** @type {Map<string, number>} */
  const sums = new Map()
  visit(nodes[0], undefined)
  return sums

  /** @param {Node} node @param {string | undefined} caller */
  function visit(node, caller) {
    const { url, functionName } = node.callFrame
    const name = functionOf(node) ?? caller
    const isForeign = url === '' || url.startsWith('node:')
    const label = `${functionName || 'anonymous'} in ${name}`
    if (isForeign && name) sums.set(label, (sums.get(label) ?? 0) + (own.get(node.id) ?? 0))
    for (const id of node.children ?? []) visit(/** @type {Node} */ (byId.get(id)), name)
  }
}

/** @param {Node} node */
function functionOf({ callFrame: { url, functionName, lineNumber } }) {
  const path = placeOf(url)
  return isPlugin(path) ? `${functionName || 'anonymous'} ${path}:${lineNumber + 1}` : undefined
}

/** @param {string} url */
function placeOf(url) {
  return url.startsWith('file:') ? relative(repository, fileURLToPath(url)) : url
}

/** @param {string} path */
function isPlugin(path) {
  return /^(?:packages\/[^/]+\/)?(?:dist|lib)\//.test(path)
}

/** @param {Map<string, number>} sums @param {number} most */
function topLines(sums, most) {
  const sorted = [...sums].toSorted(([, a], [, b]) => b - a).slice(0, most)
  return sorted.map(([name, ms]) => `${ms.toFixed(1).padStart(9)}  ${name}`)
}
