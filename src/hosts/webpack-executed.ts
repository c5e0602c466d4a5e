import { fileURLToPath } from 'node:url'
import { packageFile } from '../package-file.js'
import { relativeTo } from '../util/path.js'
import type { Compiler, Module } from './webpack-compiler.js'
import { keepNotes, loadingOf } from './webpack-passed.js'

// Plugins that take style sheets out of code execute them while others are made, and the images in them too. Of these
// bundlers keep nothing but the files, so that the style sheet's module has to know what became of them.

const extension = /\.(?:css|less|pcss|s[ac]ss|styl(?:us)?)$/

/** Rules by which style sheets pass the loader below, after all others; also those that are parts of other files. */
export function styleSheetRules(identity: string): unknown[] {
  const use = [{ loader: `${fileURLToPath(packageFile('lib/webpack-executed.js'))}?${identity}` }]
  return [
    { test: extension, enforce: 'post', use },
    { resourceQuery: /[?&]type=style\b/, enforce: 'post', use },
  ]
}

export function isStyleSheet({ resource = '' }: Module): boolean {
  return extension.test(resource.replace(/\?.*$/s, '')) || /\?.*\btype=style\b/s.test(resource)
}

interface LoaderContext {
  readonly query: unknown
  readonly resourcePath: string
  readonly _compiler?: Compiler
  readonly _module: Module
  getDependencies(): string[]
  cacheable(isCacheable: boolean): void
  callback(error: null, ...results: unknown[]): void
}

export default function noteImages(this: LoaderContext, ...results: unknown[]): void {
  const loading = loadingOf(this._compiler, String(this.query).slice(1))
  if (loading) {
    const { root, session, passed } = loading
    const files = new Set([...this.getDependencies(), this.resourcePath].map((path) => relativeTo(root, path)))
    const notes = [...passed.values()].filter(({ source }) => files.has(source)).map(({ isOld: _, ...fresh }) => fresh)
    if (notes.some(({ receipt }) => receipt.outcome === 'failed')) this.cacheable(false)
    keepNotes(this._module, notes, session)
  }
  this.callback(null, ...results)
}
