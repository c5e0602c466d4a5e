import type { OpenSession } from './host.js'

export function farmPlugin(_open: OpenSession): object {
  return {}
}
