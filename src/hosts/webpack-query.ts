import { relativeTo } from '../util/path.js'
import { takeCompressQuery } from './compress-query.js'
import type { ModuleFactory } from './webpack-compiler.js'
import { loaderRequest } from './webpack-loader.js'
import { identityOf, isDataUri, type Loading } from './webpack-passed.js'

/**
 * Takes `?compress=` out of imports. What it asks for becomes a loader of that import, by which the bundler knows modules
 * apart that come from one file, and which no rule and no file name shows. Also notes who holds data URIs.
 */
export function watchImports(factory: ModuleFactory, { session, root, holders }: Loading): void {
  factory.hooks.beforeResolve.tap('compress-fast', (data) => {
    const { request, contextInfo: { issuer } = {} } = data
    if (issuer && isDataUri(request)) holders.set(request, issuer)
    const taken = takeCompressQuery(request)
    if (!taken) return
    const wish = session.wishOf(taken.value, issuer ? relativeTo(root, issuer) : request)
    data.request = withLoader(taken.specifier, loaderRequest(identityOf(session), wish))
  })
}

/** Adds a loader to an import that may name some, and behind a prefix that switches those of rules off. */
function withLoader(request: string, loader: string): string {
  const [, matchResource = '', prefix = '', rest = ''] = /^([^!]*!=!)?(-!|!!?|)(.*)$/s.exec(request) ?? []
  return `${matchResource}${prefix}${loader}!${rest}`
}
