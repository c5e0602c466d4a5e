import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { FromRunner, Lost, Result, Task, ToRunner } from './protocol.js'

/** Compresses files in a process of its own, so that this one never holds a file's bytes. */
export interface Runner {
  /**
   * Settles for certain, unless aborted.
   * @throws the signal's reason once it aborts.
   */
  run(task: Task, signal: AbortSignal): Promise<Result | Lost>
  /** Ends the process and what it started. */
  close(): Promise<void>
}

/** Makes a runner, which starts its process with the first file and anew whenever it died. */
export function createRunner({ concurrency }: { concurrency: number }): Runner {
  let process: RunnerProcess | undefined
  let next = 0

  async function run(task: Task, signal: AbortSignal): Promise<Result | Lost> {
    signal.throwIfAborted()
    if (process === undefined || !process.alive()) process = startProcess(concurrency)
    const { ask, cancel } = process
    const id = next++
    const abort = () => cancel(id)
    signal.addEventListener('abort', abort, { once: true })
    const outcome = await ask(id, task)
    signal.removeEventListener('abort', abort)
    signal.throwIfAborted()
    return outcome
  }

  return { run, close: async () => process?.end() }
}

interface RunnerProcess {
  alive(): boolean
  ask(id: number, task: Task): Promise<Result | Lost>
  cancel(id: number): void
  end(): Promise<void>
}

/** Only what a process needs to start: keys and tokens of the server are none of its business. */
const PASSED = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SystemRoot', 'windir', 'TEMP', 'TMP', 'TMPDIR']

function startProcess(concurrency: number): RunnerProcess {
  const program = fileURLToPath(new URL('./runner-main.js', import.meta.url))
  const env = Object.fromEntries(PASSED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
  const child = fork(program, [String(concurrency)], {
    execArgv: [],
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, (outcome: Result | Lost) => void>()
  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      lose(`the compressing process ended with ${signal ?? `code ${code}`}`)
      resolve()
    })
    child.once('error', (error) => {
      lose(`the compressing process: ${error.message}`)
      if (child.pid === undefined) resolve()
    })
  })

  function lose(detail: string): void {
    for (const settle of waiting.values()) settle({ kind: 'lost', detail })
    waiting.clear()
  }

  child.on('message', (message) => {
    // Only the program beside this file writes to the channel.
    const { id, outcome } = message as FromRunner
    waiting.get(id)?.(outcome)
    waiting.delete(id)
  })

  function tell(message: ToRunner): void {
    // A closed channel is told by the exit that follows it.
    child.send(message, () => {})
  }

  return {
    alive: () => isAlive(child),
    ask(id, task) {
      return new Promise((resolve) => {
        waiting.set(id, resolve)
        tell({ type: 'run', id, task })
      })
    },
    cancel: (id) => tell({ type: 'cancel', id }),
    async end() {
      if (!isAlive(child)) return
      child.disconnect()
      await gone
    },
  }
}

function isAlive(child: ChildProcess): boolean {
  return child.connected && child.exitCode === null && child.signalCode === null
}
