import { formatBytes, formatDuration } from 'unplugin-compress-fast/cli'

/** How far a run is. */
export interface Standing {
  readonly files: number
  readonly filesDone: number
  readonly bytes: number
  readonly bytesDone: number
  readonly elapsedMs: number
}

/** Shows how a run gets on. */
export interface Progress {
  /** A file of so many bytes is done. */
  done(bytes: number): void
  /** Takes the line away. */
  end(): void
}

const redrawMs = 100
// CI hosts end jobs that say nothing for long; ten seconds is far below every such limit and not yet chatty.
const heartbeatMs = 10_000
// Before that, the rate is that of files which were in the cache.
const leastMsForRate = 1000

/**
 * A line that is drawn over on a terminal, a line every ten seconds in CI, and nothing elsewhere.
 * @param kind What the stream is.
 */
export function createProgress(
  stream: Pick<NodeJS.WriteStream, 'write' | 'columns'>,
  kind: 'live' | 'heartbeat' | 'none',
  { files, bytes }: Pick<Standing, 'files' | 'bytes'>,
): Progress {
  const begun = performance.now()
  let filesDone = 0
  let bytesDone = 0
  const line = () => progressLine({ files, filesDone, bytes, bytesDone, elapsedMs: performance.now() - begun })
  const draw = (text: string) => stream.write(`\r\u001B[2K${text.slice(0, Math.max(20, (stream.columns || 80) - 1))}`)
  const show = kind === 'live' ? () => draw(line()) : () => stream.write(`${line()}\n`)
  let timer = kind === 'none' ? undefined : setInterval(show, kind === 'live' ? redrawMs : heartbeatMs).unref()
  return {
    done(size) {
      filesDone++
      bytesDone += size
    },
    end() {
      if (!timer) return
      clearInterval(timer)
      timer = undefined
      if (kind === 'live') draw('')
    },
  }
}

/** `compress-fast  312/1000 files  45.10 MB of 120.30 MB  37 %  8.20 MB/s  9.2 s left` */
export function progressLine({ files, filesDone, bytes, bytesDone, elapsedMs }: Standing): string {
  const percent = bytes === 0 ? 0 : Math.floor((100 * bytesDone) / bytes)
  const parts = [
    'compress-fast',
    `${filesDone}/${files} files`,
    `${formatBytes(bytesDone)} of ${formatBytes(bytes)}`,
    `${percent} %`,
  ]
  if (elapsedMs >= leastMsForRate && bytesDone > 0) {
    const perMs = bytesDone / elapsedMs
    parts.push(`${formatBytes(Math.round(perMs * 1000))}/s`, `${formatDuration((bytes - bytesDone) / perMs)} left`)
  }
  return parts.join('  ')
}
