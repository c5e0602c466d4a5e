import type { Compiler } from '@farmfe/core'
import type { BuildKind, Logger } from './host.js'

/** What Farm is about to write, by name. */
export type Files = Record<string, Buffer>

/** What there is to do around each build of a compiler. */
export interface Steps {
  begin(kind: BuildKind): void
  /**
   * @param before What was written in the build before.
   * @returns What is to be written instead.
   */
  settle(files: Files, before: Files | undefined): Promise<Files>
  /** Comes last, whether the build succeeded or not. */
  end(): Promise<void>
}

/**
 * Puts itself between what a compiler has built and those who write it. Of Farm's hooks, `finalizeResources` costs far
 * more than the build, as each byte becomes a number; the later ones are not awaited, or wait forever for the resources.
 */
export function stepIn(compiler: Compiler, steps: Steps): void {
  const compile = compiler.compile.bind(compiler)
  const update = compiler.update.bind(compiler)
  const resources = compiler.resources.bind(compiler)
  let settled: Files | undefined
  let settling = Promise.resolve()
  compiler.compile = () => around('whole', compile)
  compiler.update = (...changes) => around('rebuild', () => update(...changes))
  compiler.resources = () => settled ?? resources()

  async function around<T>(kind: BuildKind, build: () => Promise<T>): Promise<T> {
    steps.begin(kind)
    let isBuilt = false
    try {
      const built = await build()
      // Farm begins with the next change before it has written the one before.
      settling = settling.catch(() => undefined).then(settle)
      await settling
      isBuilt = true
      return built
    } finally {
      await steps.end().catch((error: unknown) => {
        // What went wrong before is what to tell.
        if (isBuilt) throw farmError(error)
      })
    }
  }

  async function settle(): Promise<void> {
    try {
      settled = await steps.settle(resources(), settled)
    } catch (error) {
      throw farmError(error)
    }
  }
}

/** An error as Farm makes them. Over any other a rebuild ends the process. */
function farmError(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error)
  return new Error(JSON.stringify([message]), { cause: error })
}

/** The logger that the user gave to Farm, which Farm gives to plugins in no other way. */
export function loggerOf(compiler: Compiler): Logger {
  const logger: unknown = Reflect.get(compiler, 'logger')
  return createLogger(isLogger(logger) ? logger : console)
}

function isLogger(value: unknown): value is Pick<Logger, 'info' | 'warn'> {
  return typeof value === 'object' && value !== null && 'info' in value && 'warn' in value
}

export function createLogger(target: Pick<Logger, 'info' | 'warn'>): Logger {
  return {
    isQuiet: false,
    info: (message) => target.info(message),
    warn: (message) => target.warn(message),
  }
}
