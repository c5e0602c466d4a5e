import { readdirSync, readFileSync } from 'node:fs'

/** Kernel clock ticks per second as `/proc` counts them; 100 on every architecture that Node runs on. */
const TICKS = 100

/**
 * @typedef {object} ProcessFacts
 * @property {number} cpuMs User and system time of the process itself.
 * @property {number} rss Bytes resident now.
 * @property {number} peakRss Most bytes resident so far, as the kernel keeps it.
 */

/**
 * A process and all that descend from it. Processes that end meanwhile are left out.
 * @param {number} root
 * @returns {Map<number, ProcessFacts>}
 */
export function readTree(root) {
  /** @type {Map<number, ProcessFacts>} */
  const found = new Map()
  const open = [root]
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    const facts = tryRead(() => readFacts(/** @type {number} */ (pid)))
    if (facts) found.set(pid, facts)
    open.push(...(tryRead(() => childrenOf(/** @type {number} */ (pid))) ?? []))
  }
  return found
}

/** Milliseconds of CPU of all children that this process waited for, with everything they waited for. */
export function reapedCpuMs() {
  // Fields 16 and 17, cutime and cstime: what wait4 has added up.
  const fields = statFields('self')
  return ((Number(fields[13]) + Number(fields[14])) * 1000) / TICKS
}

/** @param {number} pid */
function readFacts(pid) {
  const fields = statFields(pid)
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const cpuMs = ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS
  return { cpuMs, rss: kibibytes(status, 'VmRSS'), peakRss: kibibytes(status, 'VmHWM') }
}

/** @param {number | 'self'} pid Fields of `stat` from the third on: the second may hold spaces. */
function statFields(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** @param {string} status @param {string} field */
function kibibytes(status, field) {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) * 1024
}

/** @param {number} pid Children belong to the thread that made them. */
function childrenOf(pid) {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    const text = tryRead(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')) ?? ''
    return text.split(' ').filter(Boolean).map(Number)
  })
}

/**
 * @template T
 * @param {() => T} read
 * @returns {T | undefined}
 */
function tryRead(read) {
  try {
    return read()
  } catch {
    return undefined
  }
}
