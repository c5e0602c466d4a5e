// Loaded into a build by `--import`: at its end writes to $BENCH_PROBE what was loaded and started.
import childProcess from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire, register, syncBuiltinESMExports } from 'node:module'
import workerThreads from 'node:worker_threads'

/**
 * @typedef {object} Probed
 * @property {string[]} libraries Native libraries in the process's memory.
 * @property {string[]} started Files of child processes.
 * @property {number} workers Worker threads started.
 * @property {number} peakRss Bytes.
 */

const { BENCH_PROBE: file, BENCH_PROBE_PARENT: parent, BENCH_PROBE_MODULES: modules } = process.env
// Children inherit `--import` and the environment; only the build itself is asked.
if (file && parent === String(process.ppid)) probe(file)

/** @param {string} path */
function probe(path) {
  /** @type {string[]} */
  const started = []
  let workers = 0
  watchSpawn((what) => started.push(what))
  watchWorkers(() => workers++)
  if (modules) register('./probe-modules.mjs', import.meta.url, { data: modules })
  process.on('exit', () => {
    const peakRss = process.resourceUsage().maxRSS * 1024
    writeFileSync(path, JSON.stringify({ libraries: mappedLibraries(), started, workers, peakRss }))
    if (modules) appendFileSync(modules, Object.keys(createRequire(import.meta.url).cache).join('\n'))
  })
}

/** @param {(what: string) => void} onSpawn */
function watchSpawn(onSpawn) {
  // Not in the documentation, and yet what `spawn`, `fork` and `exec` all come down to.
  /** @type {{ spawn: (this: unknown, options: { file: string, args?: string[] }) => unknown }} */
  const prototype = Object(childProcess.ChildProcess.prototype)
  const { spawn } = prototype
  prototype.spawn = function (options) {
    onSpawn(`${options.file} ${options.args?.slice(1).join(' ') ?? ''}`)
    return spawn.call(this, options)
  }
  for (const name of /** @type {const} */ (['spawnSync', 'execSync', 'execFileSync'])) {
    const original = childProcess[name]
    Object.assign(childProcess, {
      [name]: (/** @type {[string]} */ ...args) => {
        onSpawn(args[0])
        return original(...args)
      },
    })
  }
  syncBuiltinESMExports()
}

/** @param {() => void} onStart */
function watchWorkers(onStart) {
  workerThreads.Worker = class extends workerThreads.Worker {
    /** @param {ConstructorParameters<typeof workerThreads.Worker>} args */
    constructor(...args) {
      super(...args)
      onStart()
    }
  }
  syncBuiltinESMExports()
}

function mappedLibraries() {
  const paths = readFileSync('/proc/self/maps', 'utf8').matchAll(/\s(\/\S+\.(?:node|so[.\d]*))$/gm)
  return [...new Set([...paths].map(([, path]) => path))].filter((path) => path.includes('node_modules'))
}
