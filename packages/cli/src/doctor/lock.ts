import { parseLock } from 'unplugin-compress-fast/cli'
import type { Finding } from './finding.js'
import type { Project } from './project.js'

const name = 'compress-fast.lock'

/** What keeps a lock file from being relied on, such as what git leaves in it where two branches conflict. */
export function lockFindings({ read }: Project): Finding[] {
  const text = read(name)
  const faults = text === undefined ? [] : parseLock(text).faults
  if (faults.length === 0) return []
  return [
    {
      code: 'LOCK_DAMAGED',
      title: 'The lock file has lines that do not belong there',
      details: faults.map(({ line, what }) => `${name}:${line} is ${what}`),
      fix: 'Build without `frozen`, which writes it anew, and commit it.',
    },
  ]
}
