import { expect, test } from 'vitest'
import { createProgress, progressLine } from './progress.js'

const run = { files: 1000, bytes: 120_300_000 }

test('the line has the rate and what is left by it, once there is a rate', () => {
  const standing = { ...run, filesDone: 312, bytesDone: 45_100_000 }
  expect(progressLine({ ...standing, elapsedMs: 5500 })).toBe(
    'compress-fast  312/1000 files  45.10 MB of 120.30 MB  37 %  8.20 MB/s  9.2 s left',
  )
  expect(progressLine({ ...standing, elapsedMs: 500 })).toBe(
    'compress-fast  312/1000 files  45.10 MB of 120.30 MB  37 %',
  )
  expect(progressLine({ files: 0, bytes: 0, filesDone: 0, bytesDone: 0, elapsedMs: 5000 })).toBe(
    'compress-fast  0/0 files  0 B of 0 B  0 %',
  )
})

test('is quiet where nobody looks', () => {
  const written: unknown[] = []
  const progress = createProgress({ columns: 80, write: (text: unknown) => written.push(text) > 0 }, 'none', run)
  progress.done(100)
  progress.end()
  expect(written).toEqual([])
})
