import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { fixture } from '../site.js'
import type { Site } from './site.js'

// Every example asks for its report in these words.
const asked = "report: { json: 'compress-report.json' }"

/** Each takes three builds more, of frameworks that take their time. */
export const isFull: boolean = Boolean(process.env['COMPRESS_FAST_FULL'])

/**
 * Budgets and frozen builds, where others than the bundler end the build: what is over by one byte, or new, fails it by
 * name, and nothing else does. The site is as before afterwards.
 * @param config The site's file of options.
 */
export async function expectLimits(site: Site, config: string): Promise<void> {
  const { assets } = await site.report()
  const file = assets.find(
    ({ origin, path, source }) => origin === 'public' && path.endsWith('.jpg') && source !== null,
  )
  if (!file?.source) throw new Error('The example has no public photo.')
  const { path, after } = file
  const sources = [config, file.source].map((name) => join(site.root, name))
  const contents = await Promise.all(sources.map((name) => readFile(name)))
  const [configPath = '', photoPath = ''] = sources
  const configure = (options: string) =>
    writeFile(configPath, String(contents[0]).replace(asked, `${options}, ${asked}`))
  try {
    await configure(`budgets: { '${path}': ${after - 1} }`)
    await expect(site.run()).rejects.toThrow(new RegExp(`1 budget is exceeded[^]*${path} .* 1 B`))

    await configure(`budgets: { '${path}': ${after} }, lockFile: true`)
    await site.run()

    await configure('frozen: true')
    await writeFile(photoPath, await fixture('photo-2.jpg'))
    // All other files are taken from the cache, as the lock file says.
    await expect(site.run()).rejects.toThrow(new RegExp(`1 file would have to be compressed[^]*${file.source}`))
  } finally {
    await Promise.all(sources.map((name, index) => writeFile(name, contents[index] ?? '')))
  }
}
