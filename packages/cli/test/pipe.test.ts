import { expect, test } from 'vitest'
import { drawing, fixture, project, run } from './harness.js'

test('bytes in, fewer bytes out; the result goes through as it is', async () => {
  const cwd = project()
  const source = Buffer.from(drawing(1))
  const first = await run(['-'], { cwd, input: source })
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(first.stdout.byteLength).toBeLessThan(source.byteLength)
  const second = await run(['-'], { cwd, input: first.stdout })
  expect(second.stdout.equals(first.stdout)).toBe(true)
})

test('what is damaged, unknown or empty comes out as it came in', async () => {
  const cwd = project()
  const damaged = await run(['-'], { cwd, input: fixture('broken.jpg') })
  expect(damaged.stdout.equals(fixture('broken.jpg'))).toBe(true)
  expect(damaged).toMatchObject({ code: 0, stderr: expect.stringContaining('damaged or incomplete') })
  const text = Buffer.from('no picture at all')
  expect((await run(['-'], { cwd, input: text })).stdout.equals(text)).toBe(true)
  expect(await run(['-'], { cwd, input: Buffer.alloc(0) })).toMatchObject({ code: 0, text: '' })
})

test('--check only says whether there is something to gain', async () => {
  const cwd = project()
  expect(await run(['-', '--check'], { cwd, input: Buffer.from(drawing(2)) })).toMatchObject({ code: 1, text: '' })
  expect(await run(['-', '--check'], { cwd, input: fixture('optimal.png') })).toMatchObject({ code: 0, text: '' })
})
