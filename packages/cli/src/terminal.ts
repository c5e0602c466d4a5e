import { exitCodes } from './exit-codes.js'

/** The world around a command. */
export interface Terminal {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** Names of all commands. */
  readonly commands: readonly string[]
  /** A line of what was asked for, to standard output. */
  print(line: string): void
  /** A line for people, which is no part of what was asked for. */
  tell(line: string): void
  /** The same, with the program's name before it. */
  warn(line: string): void
}

/** The terminal of this process. */
export function createTerminal(commands: readonly string[]): Terminal {
  const { stdout, stderr, env } = process
  const tell = (line: string) => void stderr.write(`${line}\n`)
  // Who reads the first lines only (`| head`) does not want the files to be left half way.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') endBadly(`Standard output cannot be written to: ${error.message}.`)
  })
  // There is nobody left to tell.
  stderr.on('error', () => undefined)
  return {
    cwd: process.cwd(),
    env,
    stdout,
    stderr,
    commands,
    print: (line) => void stdout.write(`${line}\n`),
    tell,
    warn: (line) => tell(`compress-fast: ${line}`),
  }
}

/** Lets the process come to its end, which is no good one whatever else comes of it. */
function endBadly(message: string): void {
  process.stderr.write(`compress-fast: ${message}\n`)
  process.once('exit', (code) => {
    if (code === exitCodes.done) process.exitCode = exitCodes.findings
  })
}
