import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createProgress, type Screen } from './progress.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function screen(isLive: boolean): Screen & { drawn: (string | null)[]; printed: string[] } {
  const drawn: (string | null)[] = []
  const printed: string[] = []
  return { isLive, drawn, printed, draw: (line) => void drawn.push(line), print: (line) => void printed.push(line) }
}

test('a terminal shows a live line that goes away', () => {
  const live = screen(true)
  const watch = createProgress(live)
  watch.queued(3_000_000)
  watch.queued(1_000_000)
  vi.advanceTimersByTime(150)
  watch.done(3_000_000)
  vi.advanceTimersByTime(100)
  watch.done(1_000_000)
  vi.advanceTimersByTime(1000)
  expect(live.drawn).toEqual([
    'compress-fast  0/2 files  0 B of 4.00 MB  0 %',
    'compress-fast  1/2 files  3.00 MB of 4.00 MB  75 %',
    null,
  ])
  expect(live.printed).toEqual([])
})

test('elsewhere a line every ten seconds says that it goes on, and quick builds are silent', () => {
  const log = screen(false)
  const watch = createProgress(log)
  watch.queued(500)
  vi.advanceTimersByTime(25_000)
  watch.done(500)
  watch.queued(500)
  vi.advanceTimersByTime(9000)
  watch.done(500)
  expect(log.printed).toHaveLength(2)
  expect(log.drawn).toEqual([])
})
