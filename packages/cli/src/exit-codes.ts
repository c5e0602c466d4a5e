/** What the exit code of a command says. */
export const exitCodes = {
  /** All is well. */
  done: 0,
  /** There is something to look at: see `--help`. */
  findings: 1,
  /** The command line has no meaning as given. */
  usage: 2,
} as const

/** The exit code of a program that a signal ended, as shells count: 128 and the signal's number. */
export const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const
