import type { Logger } from '../hosts/host.js'
import type { Screen } from './progress.js'
import type { Palette } from './summary.js'

/** Colours where they are seen, plain text elsewhere. */
export function createPalette(isColoured: boolean): Palette {
  const paint = (open: number, close: number) => (text: string) =>
    isColoured ? `\u001B[${open}m${text}\u001B[${close}m` : text
  return { dim: paint(2, 22), bold: paint(1, 22), good: paint(32, 39), bad: paint(31, 39) }
}

/** Whether a stream shows colours: a terminal, unless the user said otherwise (no-color.org, force-color.org). */
export function showsColours({ isTTY }: { isTTY?: boolean | undefined }, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0'
  return isTTY === true && env['TERM'] !== 'dumb'
}

/** Whether a line can be drawn over. CI hosts keep every line, even where they pretend to be a terminal. */
export function isLive({ isTTY }: { isTTY?: boolean | undefined }, env: NodeJS.ProcessEnv): boolean {
  return isTTY === true && !env['CI'] && env['TERM'] !== 'dumb'
}

/** A screen on a stream where a live line can be drawn, and on the build's own log where it cannot. */
export function createScreen(
  stream: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv,
  isWanted: boolean,
  logger: () => Logger,
): Screen {
  const isQuiet = () => !isWanted || logger().isQuiet
  return {
    isLive: isLive(stream, env),
    draw(line) {
      if (isQuiet()) return
      // Back to the first column, clear the line; what does not fit would leave remains behind.
      stream.write(`\r\u001B[2K${line === null ? '' : line.slice(0, Math.max(20, stream.columns - 1))}`)
    },
    print(line) {
      if (!isQuiet()) logger().info(line)
    },
  }
}
