import type { LocalEngine } from './engine/local.js'
import type { AssetSession, Logger } from './hosts/host.js'
import type { LockFile } from './lock/lock-file.js'
import { createQueue, type Queue } from './pipeline/queue.js'
import type { Finding } from './pipeline/work.js'

/** What all builds of a process share, also across copies of this package. */
export interface SharedState {
  readonly queue: Queue
  /** What the service works on, which is no work for this machine. */
  readonly serviceQueue: Queue
  /** Jobs under way, by key. */
  readonly inFlight: Map<string, Promise<Finding>>
  /** Open sessions by project and options, and who listens to each now. */
  readonly sessions: Map<string, { readonly session: AssetSession; readonly listen: (logger: Logger) => void }>
  /** The engine on this machine, whose processes are a resource of the machine and not of a build. */
  local: LocalEngine | undefined
  /** Numbers for engines that users brought, which no text can tell apart. */
  readonly engines: WeakMap<object, number>
  /** Lock files by path. */
  readonly lockFiles: Map<string, LockFile>
}

// Vite loads plugins once per environment, and package managers may install several copies: module scope is not
// enough. The number changes with the shape of the state.
const symbol = Symbol.for('unplugin-compress-fast/state@1')

export function sharedState(): SharedState {
  const holder = globalThis as { [symbol]?: SharedState }
  holder[symbol] ??= createState()
  return holder[symbol]
}

function createState(): SharedState {
  return {
    queue: createQueue(),
    serviceQueue: createQueue(),
    inFlight: new Map(),
    sessions: new Map(),
    local: undefined,
    engines: new WeakMap(),
    lockFiles: new Map(),
  }
}
