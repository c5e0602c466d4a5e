import { spawn } from 'node:child_process'
import { readTree, reapedCpuMs } from './process-tree.mjs'

/** How often the process tree is looked at. */
const SAMPLE_MS = 50

/** @typedef {import('./process-tree.mjs').ProcessFacts} ProcessFacts */

/**
 * @typedef {object} Measurement
 * @property {number} code Exit code.
 * @property {number} wallMs From the start of the process to its end.
 * @property {number} cpuMs User and system time of the process and everything it started and waited for.
 * @property {number} peakRss Bytes: the largest single process, from the kernel's own high-water mark.
 * @property {number} peakTreeRss Bytes: the largest sum over the tree at one moment; shared pages count in each process.
 * @property {number} processes How many processes were seen.
 * @property {string} output Standard output and standard error.
 */

/**
 * Runs a Node script to its end. One at a time: CPU is the growth of what this process has waited for.
 * @param {string[]} args Node's arguments.
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} where
 * @returns {Promise<Measurement>}
 */
export function measureNode(args, { cwd, env = {} }) {
  if (process.platform !== 'linux') throw new Error('These measurements read /proc and need Linux.')
  const cpuBefore = reapedCpuMs()
  const started = performance.now()
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  /** @type {Map<number, ProcessFacts>} */
  const seen = new Map()
  let peakTreeRss = 0
  let wallMs = 0
  let cpuMs = 0
  const timer = setInterval(sample, SAMPLE_MS)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  return new Promise((done, failed) => {
    child.once('error', failed)
    child.once('exit', () => {
      wallMs = performance.now() - started
      cpuMs = reapedCpuMs() - cpuBefore
      clearInterval(timer)
    })
    child.once('close', (code) => done(measurement(code ?? -1)))
  })

  function sample() {
    const tree = readTree(/** @type {number} */ (child.pid))
    for (const [pid, facts] of tree) seen.set(pid, higher(facts, seen.get(pid)))
    peakTreeRss = Math.max(peakTreeRss, sum(tree, 'rss'))
  }

  /** @param {number} code @returns {Measurement} */
  function measurement(code) {
    const peakRss = Math.max(0, ...[...seen.values()].map((facts) => facts.peakRss))
    // Processes that outlived their parent were not waited for by it; what was last seen of them counts.
    return {
      code,
      wallMs,
      cpuMs: Math.max(cpuMs, sum(seen, 'cpuMs')),
      peakRss,
      peakTreeRss,
      processes: seen.size,
      output,
    }
  }
}

/** A process that has ended and was not waited for yet has no memory any more. @param {ProcessFacts} now @param {ProcessFacts} [before] @returns {ProcessFacts} */
function higher(now, before = now) {
  return { ...now, cpuMs: Math.max(now.cpuMs, before.cpuMs), peakRss: Math.max(now.peakRss, before.peakRss) }
}

/** @param {Map<number, ProcessFacts>} tree @param {'rss' | 'cpuMs'} field */
function sum(tree, field) {
  return [...tree.values()].reduce((total, facts) => total + facts[field], 0)
}
