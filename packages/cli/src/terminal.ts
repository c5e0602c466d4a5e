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
  for (const stream of [stdout, stderr]) stream.on('error', ignoreClosedPipe)
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

/** Who reads the first lines only (`| head`) does not want the files to be left half way. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
