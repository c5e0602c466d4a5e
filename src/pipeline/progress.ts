import { formatBytes } from '../util/units.js'
import type { Watch } from './work.js'

/** Where progress is shown. */
export interface Screen {
  /** Whether a line can be drawn over. */
  readonly isLive: boolean
  /** Draws a line over the one before; `null` takes it away. Only on a live screen. */
  draw(line: string | null): void
  /** Prints a line of its own. */
  print(line: string): void
}

const redrawMs = 100
// CI hosts end jobs that say nothing for long; ten seconds is far below every such limit and not yet chatty.
const heartbeatMs = 10_000

/** Shows how the engine gets on: a live line on a terminal, now and then a line elsewhere. */
export function createProgress(screen: Screen): Watch {
  let total = 0
  let done = 0
  let bytes = 0
  let bytesDone = 0
  let timer: NodeJS.Timeout | undefined

  return {
    queued(size) {
      total++
      bytes += size
      timer ??= begin()
    },
    done(size) {
      done++
      bytesDone += size
      if (done === total) end()
    },
  }

  function begin(): NodeJS.Timeout {
    const show = () => (screen.isLive ? screen.draw(line()) : screen.print(line()))
    // Progress must not keep a process alive.
    return setInterval(show, screen.isLive ? redrawMs : heartbeatMs).unref()
  }

  function end(): void {
    clearInterval(timer)
    timer = undefined
    if (screen.isLive) screen.draw(null)
    total = done = bytes = bytesDone = 0
  }

  function line(): string {
    const percent = bytes === 0 ? 0 : Math.floor((100 * bytesDone) / bytes)
    return `compress-fast  ${done}/${total} files  ${formatBytes(bytesDone)} of ${formatBytes(bytes)}  ${percent} %`
  }
}
