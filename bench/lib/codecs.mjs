import { runProbed } from './probed-run.mjs'

/** Files that only compression needs, as they appear in paths and URLs: of the engine all but what tells formats. */
const CODEC =
  /[\\/](?:@img|sharp|@napi-rs[\\/]image[^\\/]*|svgo)[\\/]|engine[\\/]lib[\\/](?!(?:sniff|warm-[\da-f]+)\.js)/

/**
 * What of a build's modules and native libraries is codec.
 * @param {import('./probed-run.mjs').ProbedRun} run
 */
export function codecsIn({ probed, modules }) {
  return [...new Set([...probed.libraries, ...modules].filter((path) => CODEC.test(path)))]
}

/**
 * Makes sure that codecs would be noticed: loads each and looks.
 * @param {string} project
 */
export async function checkNotice(project) {
  const sources = { sharp: 'sharp', '@napi-rs/image': '@napi-rs/image', svgo: 'svgo', engine: '@compress-fast/engine' }
  for (const name of Object.values(sources)) {
    const url = import.meta.resolve(name)
    const run = await runProbed(project, ['--input-type=module', '--eval', `await import('${url}')`], { modules: true })
    const isNative = name !== 'svgo' && name !== '@compress-fast/engine'
    const noticed = codecsIn(isNative ? { ...run, modules: [] } : run)
    if (noticed.length === 0) throw new Error(`${name} was loaded and not noticed.`)
  }
}
