import { rename } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from './trouble.js'

/** What `replaceFile` works with; the defaults are the machine's own. */
export interface ReplaceTools {
  readonly rename: (from: string, to: string) => Promise<void>
  /** Whether a refusal may be passing: on Windows a virus scanner or a reader holds files open for a moment. */
  readonly isPassing: (code: string) => boolean
  /** How long to try, in milliseconds. */
  readonly patience: number
}

const machine: ReplaceTools = {
  rename,
  isPassing: (code) => process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(code),
  // What reliability of caches on Windows asks for: scanners hold a new file for 50 to 500 ms.
  patience: 2000,
}

/**
 * Puts a finished file in place of another one, at once for every reader. Resolves with false when the target stayed
 * blocked, and with true when it was replaced or somebody else had put the same there (`isThere`).
 * @throws whatever renaming fails with, unless it may pass.
 */
export async function replaceFile(
  from: string,
  to: string,
  isThere: () => boolean,
  { rename, isPassing, patience }: ReplaceTools = machine,
): Promise<boolean> {
  const deadline = performance.now() + patience
  for (;;) {
    try {
      await rename(from, to)
      return true
    } catch (error) {
      if (!isPassing(codeOf(error))) throw error
      if (isThere()) return true
      if (performance.now() >= deadline) return false
      await sleep(10 + Math.random() * 90)
    }
  }
}
