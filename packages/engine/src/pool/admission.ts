/** Bounds of a pool. */
export interface PoolLimits {
  /** Most children at once. */
  readonly concurrency: number
  /** Most bytes that all children together may be expected to hold; a job that needs more runs alone. */
  readonly memoryBudget: number
}

/** What is going on when a job asks to be let in. */
export interface Load {
  readonly running: number
  /** Bytes that running jobs are expected to take. */
  readonly committed: number
  /** Bytes that each idle child still holds, least first. The first of them gets the next job. */
  readonly idle: readonly number[]
}

/**
 * Most bytes of a job that runs alone, whatever its estimate says: with it, a program and its processes stay below 2 GB,
 * also where a library takes 200 MB more before it is stopped, as one did on a busy machine. A budget may be larger.
 */
export const MOST_ALONE: number = 1536 * 2 ** 20

/** Estimates are meant to be too high, but for what nobody has met yet. */
const SLACK = 1.25

/** How a job is let in. */
export interface Admission {
  /** Idle children that have to end first, those that hold most. */
  readonly ending: number
  /** Bytes to count for the job while it runs: its own, or what its child holds already. */
  readonly memory: number
  /** Bytes at which its child is stopped: its share of what nobody was promised on top, at least a quarter more than expected. */
  readonly allowance: number
}

/** Lets a job in that needs `memory` bytes; `null` when it has to wait. */
export function admit(memory: number, load: Load, { concurrency, memoryBudget }: PoolLimits): Admission | null {
  const { running, committed, idle } = load
  if (running >= concurrency) return null
  const most = mostOf(memoryBudget)
  for (let ending = 0; ending <= idle.length; ending += 1) {
    const [own = 0, ...others] = idle.slice(0, idle.length - ending)
    const counted = Math.max(memory, own)
    const held = others.reduce((sum, bytes) => sum + bytes, committed + counted)
    if (held > memoryBudget) continue
    const share = (memoryBudget - held) / concurrency
    return { ending, memory: counted, allowance: Math.min(most, Math.max(counted + share, memory * SLACK)) }
  }
  if (running > 0) return null
  return { ending: idle.length, memory, allowance: Math.min(most, memory * SLACK) }
}

/** Most bytes that a job may take under a budget. */
export function mostOf(memoryBudget: number): number {
  return Math.max(memoryBudget, MOST_ALONE)
}
