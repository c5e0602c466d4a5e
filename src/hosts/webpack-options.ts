import { compressibleFormats, extensionsOf } from '@compress-fast/engine/sniff'
import { inlinedTypes } from './data-uri.js'
import type { AssetSession } from './host.js'
import type { AssetName, Cache, Compiler } from './webpack-compiler.js'
import { styleSheetRules } from './webpack-executed.js'
import { loaderRequest, nameMark } from './webpack-loader.js'
import { markNames } from './webpack-names.js'
import { identityOf } from './webpack-passed.js'

/**
 * Sees to it that files pass the loader, and that the bundler makes anew what would be other bytes under our settings.
 * @returns The names that single rules give to files, by number.
 */
export function prepareOptions(compiler: Compiler, session: AssetSession): AssetName[] {
  const identity = identityOf(session)
  const names = markNames(compiler, (nameIndex) => nameMark(identity, nameIndex))
  const { module, output } = compiler.options
  module.rules.push(...fileRules(identity))
  const caches = diskCachesOf(compiler)
  if (caches.length > 0) module.rules.push(...styleSheetRules(identity))
  // Rspack's does not notice that rules name other loaders. webpack's does.
  for (const cache of caches) {
    if (cache.type === 'persistent') cache.version = `${cache.version ?? ''}|compress-fast ${identity}`
  }
  // Files that become smaller after they were named have names that follow from our settings all the same.
  if (!session.inline) output.hashSalt = `${output.hashSalt ?? ''}${identity}`
  return names
}

/** Rules by which images and documents pass the loader, after all other loaders: files by their names, data in URIs by its type. */
function fileRules(identity: string): unknown[] {
  const extensions = [...compressibleFormats].flatMap(extensionsOf)
  const use = [{ loader: loaderRequest(identity) }]
  return [
    { test: new RegExp(`\\.(?:${extensions.join('|')})$`, 'i'), enforce: 'post', use },
    { mimetype: new RegExp(`^(?:${inlinedTypes})`), enforce: 'post', use },
  ]
}

/** The bundler's caches on disk. Rspack 1 has it among its experiments. */
function diskCachesOf({ options: { cache, experiments = {} } }: Compiler): Exclude<Cache, boolean>[] {
  const ofExperiments = 'cache' in experiments ? (experiments.cache as Cache | undefined) : undefined
  return [cache, ofExperiments]
    .filter((cache) => typeof cache === 'object')
    .filter(({ type }) => type === 'filesystem' || type === 'persistent')
}
