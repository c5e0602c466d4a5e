import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { measureNode } from './measure.mjs'

const probe = pathToFileURL(fileURLToPath(new URL('probe.mjs', import.meta.url))).href

/**
 * @typedef {import('./measure.mjs').Measurement & { probed: import('./probe.mjs').Probed, modules: string[] }} ProbedRun
 */

/**
 * What a run is asked for besides: whether loaded modules are listed, which slows loading; further arguments for Node.
 * @typedef {{ modules?: boolean, node?: string[] }} Extra
 */

/**
 * A Node script in its own process, with what it loaded and started.
 * @param {string} project
 * @param {string[]} script
 * @param {Extra} [extra]
 * @returns {Promise<ProbedRun>}
 */
export async function runProbed(project, script, { modules = false, node = [] } = {}) {
  const [probeFile, modulesFile] = [join(project, 'probe.json'), join(project, 'modules.txt')]
  await Promise.all([probeFile, modulesFile].map((file) => rm(file, { force: true })))
  const env = { BENCH_PROBE: probeFile, BENCH_PROBE_PARENT: String(process.pid) }
  const measured = await measureNode([...node, '--import', probe, ...script], {
    cwd: project,
    env: { ...env, NODE_ENV: 'production', ...(modules && { BENCH_PROBE_MODULES: modulesFile }) },
  })
  if (measured.code !== 0) throw new Error(`${script.join(' ')} failed:\n${measured.output}`)
  const list = modules ? (await readFile(modulesFile, 'utf8')).split('\n') : []
  return { ...measured, probed: JSON.parse(await readFile(probeFile, 'utf8')), modules: list }
}
