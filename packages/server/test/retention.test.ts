import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, finish, submit } from './client.js'
import { fixture, newFolder, newKey, removeFolder, startWorker } from './harness.js'

const HOUR = 60 * 60_000

let folder: string
let key: string
let icon: Buffer

beforeAll(async () => {
  folder = await newFolder()
  key = (await newKey(folder)).key
  icon = await fixture('icon.png')
})
afterAll(() => removeFolder(folder))

async function files(): Promise<string[]> {
  const entries = await readdir(`${folder}/files`, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

// The clock of a process is set by a signal that Windows does not have.
test.skipIf(process.platform === 'win32')(
  'a result is there for an hour, is gone then, and the job is forgotten a day later',
  async () => {
    const first = await startWorker({ data: folder })
    const { json } = await submit(first.url, key, icon, { name: 'a.png', idempotencyKey: 'once' })
    await finish(first.url, key, json.id)
    // The upload is of no use any more, and goes once the job's end is on the disk.
    await expect.poll(files).toEqual([`${json.id}.1`])
    expect((await call(first.url, key, `/compress/job/${json.id}/download`)).status).toBe(200)

    first.process.kill('SIGUSR2')
    const path = `/compress/job/${json.id}`
    await expect
      .poll(async () => (await call(first.url, key, `${path}/download`)).json?.error)
      .toBe('jobs.output_expired')
    expect((await call(first.url, key, `${path}/download`)).status).toBe(410)
    const late = await call(first.url, key, path)
    expect([late.json.status, late.json.output]).toEqual(['Succeeded', null])
    await first.kill()

    const second = await startWorker({ data: folder, aheadMs: 2 * HOUR })
    expect(await files()).toEqual([])
    expect((await call(second.url, key, `${path}/download`)).status).toBe(410)
    const again = await submit(second.url, key, icon, { name: 'a.png', idempotencyKey: 'once' })
    expect([again.status, again.json.id === json.id]).toEqual([202, false])
    await second.kill()

    const third = await startWorker({ data: folder, aheadMs: 26 * HOUR })
    expect((await call(third.url, key, path)).json.error).toBe('jobs.not_found')
    await finish(third.url, key, again.json.id)
    expect(await third.stop()).toBe(0)
  },
)

test.skipIf(process.platform === 'win32')(
  'what a dead server left in the folder is swept, and what jobs need is not',
  async () => {
    const first = await startWorker({ data: folder, delay: { least: 60_000, most: 60_000 } })
    const { json } = await submit(first.url, key, icon, { name: 'a.png' })
    const { writeFile } = await import('node:fs/promises')
    await writeFile(`${folder}/tmp/half`, 'half of a file')
    await writeFile(`${folder}/files/input/01a20eb5-0918-74e3-ba47-15e506c016eb`, 'of a job that was never accepted')
    await first.kill()
    const second = await startWorker({ data: folder })
    expect(await readdir(`${folder}/tmp`)).not.toContain('half')
    expect(await files()).not.toContain('01a20eb5-0918-74e3-ba47-15e506c016eb')
    expect((await finish(second.url, key, json.id)).status).toBe('Succeeded')
    expect(await second.stop()).toBe(0)
  },
)
