import { fileURLToPath } from 'node:url'
import type { Asset, Wish } from '../types.js'
import type { AssetSession } from './host.js'
import type { Compilation, Compiler, Module } from './webpack-compiler.js'
import { isDataUri, type Loading, loadingOf, note, sourceOf } from './webpack-passed.js'

// The loader that images pass, webpack's and Rspack's alike. It runs after all other loaders, so that it sees the bytes
// that would ship, and before the bundler hashes them or decides whether to inline them.

interface LoaderContext {
  readonly resource: string
  readonly resourcePath: string
  /** The loaders of the module, the one that runs last first. */
  readonly loaders: readonly { readonly path: string; readonly query?: unknown }[]
  readonly loaderIndex: number
  readonly _compiler?: Compiler
  readonly _compilation: Compilation
  readonly _module: Module
  cacheable(isCacheable: boolean): void
  async(): (error: Error | null, ...results: unknown[]) => void
}

const file: string = fileURLToPath(import.meta.url)

/**
 * The loader as it is written in rules and requests. All that may change its result stands in it, so that the bundler's
 * cache knows modules apart that are made under other settings.
 */
export function loaderRequest(identity: string, wish?: Wish): string {
  return `${file}?${wish === undefined ? identity : `${identity}&${wish}`}`
}

/** Images are bytes. */
export const raw = true

export default function compressFastLoader(this: LoaderContext, content: Buffer, ...others: unknown[]): void {
  const callback = this.async()
  load(this, content).then(
    (bytes) => callback(null, bytes ?? content, ...others),
    // The stack of the error leads into this package, and not to what is wrong.
    (error: Error) => callback(Object.assign(new Error(error.message, { cause: error }), { hideStack: true })),
  )
}

async function load(context: LoaderContext, content: Buffer): Promise<Buffer | undefined> {
  const [identity = ''] = parseQuery(context.loaders[context.loaderIndex]?.query)
  const loading = loadingOf(context._compiler, identity)
  if (!loading || !isOutermost(context, identity) || !isAsset(context, loading.session)) return undefined
  if (loading.isServing()) {
    context.cacheable(false)
    return undefined
  }
  const asset = describe(context, content, loading)
  const { bytes, receipt } = await loading.session.shrink(asset)
  if (!receipt) return undefined
  // What went wrong may be right next time, and what people are to be told is to be told next time too.
  if (receipt.outcome === 'failed' || receipt.reason === 'lfs-pointer') context.cacheable(false)
  const { _module: module } = context
  note(module, { receipt, source: asset.source, type: module.type }, loading)
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** An import that has a wish names this loader once more, and nobody wants the work to be done twice. */
function isOutermost({ loaders, loaderIndex }: LoaderContext, identity: string): boolean {
  const isOurs = ({ path, query }: LoaderContext['loaders'][number]) =>
    path === loaders[loaderIndex]?.path && parseQuery(query)[0] === identity
  return loaders.findIndex(isOurs) === loaderIndex
}

function wishIn({ loaders }: LoaderContext): Wish | undefined {
  const [text] = loaders.flatMap(({ path, query }) => (path === file ? (parseQuery(query)[1] ?? []) : []))
  if (text === undefined) return undefined
  return text === 'off' || text === 'lossless' ? text : Number(text)
}

function parseQuery(query: unknown): string[] {
  return typeof query === 'string' ? query.slice(1).split('&') : []
}

/** Whether the module's bytes ship as they are. Those of `asset/source` become text that is code's to read. */
function isAsset({ resource, _module: { type } }: LoaderContext, { inline }: AssetSession): boolean {
  if (type === 'asset/inline' || type === 'asset/bytes' || isDataUri(resource))
    return inline && type.startsWith('asset')
  return type === 'asset' || type === 'asset/resource'
}

function describe(
  context: LoaderContext,
  bytes: Buffer,
  { session, root, holders }: Loading,
): Asset & { source: string } {
  const { resource, _module: module } = context
  const source = sourceOf(module, holders.get(resource), root)
  const origin = isDataUri(resource) ? 'inline' : 'bundle'
  const path = session.isSelective && origin === 'bundle' ? likelyPath(context, source) : source
  return { path, source, origin, wish: wishIn(context), bytes }
}

/** The path that a module's file is about to get, but for its hash: enough for the user's globs. */
function likelyPath({ _module, _compiler, _compilation }: LoaderContext, source: string): string {
  const name = _module.generatorOptions?.filename ?? _compiler?.options.output.assetModuleFilename
  if (name === undefined) return source
  try {
    return _compilation.getAssetPath(name, { filename: source, hash: 'hash', contentHash: 'hash', module: _module })
  } catch {
    // A function of the user may want to know what is not known yet.
    return source
  }
}
