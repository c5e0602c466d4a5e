import type { Logger } from './host.js'
import type { Compilation, Compiler } from './webpack-compiler.js'

/** Where it is told how it goes. */
export type Log = Pick<Logger, 'isQuiet' | 'info'>

const name = 'compress-fast'

/** Where messages of a build go: how it goes to the log, and warnings to its result once that is there. */
export function loggerOf(compiler: Compiler, log: Log, compilation?: Compilation): Logger {
  // Part of the build's result, where tools look for warnings and count them.
  const warn = (message: string) =>
    compilation
      ? compilation.warnings.push(new BuildWarning(message))
      : compiler.getInfrastructureLogger(name).warn(message)
  return { ...log, warn }
}

/** Writes where the bundler writes. */
export function logOf(compiler: Compiler): Log {
  const { level, stream = process.stderr, console } = compiler.options.infrastructureLogging ?? {}
  const isQuiet = level === false || level === 'none' || level === 'error' || level === 'warn'
  // The bundler's own console would mark each line, and paint the whole table in one colour.
  const info = (message: string) => {
    if (console) compiler.getInfrastructureLogger(name).info(message)
    else if (!isQuiet) stream.write(`${stream.isTTY ? clearLine : ''}${message}\n`)
  }
  return { isQuiet, info }
}

// The bundler's progress stands there.
const clearLine = '\r\u001B[2K'

class BuildWarning extends Error {
  override readonly name = 'CompressFastWarning'
  /** For the bundler: where the warning was made is of no interest. */
  readonly hideStack = true
}
