/** A value that a line of the log may hold. Never a key, a secret, or bytes of a file. */
export type Fact = string | number | boolean | null | undefined

/** Takes what happened: a stable name such as `job.ended`, and facts about it. */
export type Log = (event: string, facts?: Readonly<Record<string, Fact>>) => void

/** Writes one JSON object for each line. */
export function createLog(write: (line: string) => void, now: () => number = Date.now): Log {
  return (event, facts = {}) => write(`${JSON.stringify({ time: new Date(now()).toISOString(), event, ...facts })}\n`)
}
