import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as whole from '@compress-fast/engine'
import * as light from '@compress-fast/engine/sniff'
import { expect, test } from 'vitest'

const built = fileURLToPath(new URL('../lib/sniff.js', import.meta.url))

/** More would be felt at the start of every build. */
const MOST_MODULES = 2

test('the light entry says what the whole engine says', () => {
  expect(light.engineVersion()).toBe(whole.engineVersion())
  expect(light.engineVersion()).not.toContain('unknown')
  expect([...light.compressibleFormats]).toEqual([...whole.compressibleFormats])
  const gif = new TextEncoder().encode('GIF89a')
  expect([light.sniff(gif), light.extensionsOf('jpeg')[0], light.mimeOf('gif')]).toEqual(['gif', 'jpg', 'image/gif'])
  expect(light.formatOfMime('image/jpg; q=1')).toBe('jpeg')
  expect(light.allFormats).toContain('pdf')
})

test(`it loads no more than ${MOST_MODULES} modules, and none of a codec`, async () => {
  const count = `data:text/javascript,${encodeURIComponent(`
    import { writeSync } from 'node:fs'
    export async function load(url, context, next) {
      if (url.startsWith('file:')) writeSync(1, url + '\\n')
      return next(url, context)
    }`)}`
  const register = `data:text/javascript,${encodeURIComponent(`
    import { register } from 'node:module'
    register(${JSON.stringify(count)})`)}`
  const program = `await import(${JSON.stringify(built)})`
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    register,
    '--input-type=module',
    '-e',
    program,
  ])
  const loaded = stdout.trim().split('\n')
  expect(loaded.some((url) => url.endsWith('/sniff.js'))).toBe(true)
  expect(loaded.length, stdout).toBeLessThanOrEqual(MOST_MODULES)
})
