import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from './trouble.js'

// Together a bit above one second: as long as a burst of a bundler's own file reads may take.
const pauses = [5, 10, 20, 40, 80, 160, 320, 640] as const

/** Repeats an operation for about a second while the process has too many files open. Other errors pass through. */
export async function whileCrowded<T>(operation: () => T | Promise<T>): Promise<T> {
  for (const pause of pauses) {
    try {
      return await operation()
    } catch (error) {
      if (!isCrowded(error)) throw error
      await sleep(pause * (0.5 + Math.random()))
    }
  }
  return operation()
}

function isCrowded(error: unknown): boolean {
  return codeOf(error) === 'EMFILE' || codeOf(error) === 'ENFILE'
}
