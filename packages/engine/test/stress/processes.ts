import { readFileSync } from 'node:fs'
import { readTree } from '../../../../bench/lib/process-tree.mjs'

/** How often a tree of processes is looked at, in milliseconds. */
const SAMPLE_MS = 25

/** The memory of a process and all that descend from it. */
export interface MemoryWatch {
  /** Every process seen so far but the first. */
  pids(): number[]
  /** Ends the watch; the most bytes resident at one moment. */
  stop(): number
}

/**
 * Watches a tree of processes. Pages that several share count once: each counts its share of them. Where there is no
 * `/proc`, nothing is seen.
 */
export function watchMemory(root: number): MemoryWatch {
  const seen = new Set<number>()
  let peak = 0
  const look = (): void => {
    let sum = 0
    for (const pid of readTree(root).keys()) {
      if (pid !== root) seen.add(pid)
      sum += proportionalBytes(pid)
    }
    peak = Math.max(peak, sum)
  }
  const timer = process.platform === 'linux' ? setInterval(look, SAMPLE_MS) : undefined
  return {
    pids: () => [...seen],
    stop() {
      clearInterval(timer)
      return peak
    },
  }
}

/** 0 for a process that has ended meanwhile. */
function proportionalBytes(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** Whether a process is there, if only as a zombie. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
