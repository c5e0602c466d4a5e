import { readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageFile } from '../package-file.js'
import type { Asset, Wish } from '../types.js'
import type { AssetSession } from './host.js'
import type { Compilation, Compiler, Module } from './webpack-compiler.js'
import { likelyPath } from './webpack-names.js'
import { isDataUri, type Loading, loadingOf, note, sourceOf } from './webpack-passed.js'
import { isWritten, shrinkWritten } from './webpack-written.js'

// The loader that files pass, webpack's and Rspack's alike. It runs after all other loaders, so that it sees the bytes
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
  addDependency(path: string): void
  async(): (error: Error | null, ...results: unknown[]) => void
}

const file: string = fileURLToPath(packageFile('lib/webpack-loader.js'))

/**
 * The loader as it is written in rules and requests. All that may change its result stands in it, so that the bundler's
 * cache knows modules apart that are made under other settings.
 */
export function loaderRequest(identity: string, wish?: Wish): string {
  return `${file}?${wish === undefined ? identity : `${identity}&${wish}`}`
}

/** The loader as a mark of modules whose files are named by a rule. */
export function nameMark(identity: string, nameIndex: number): string {
  return `${file}?${identity}&name=${nameIndex}`
}

/** Files are bytes. */
export const raw = true

export default function compressFastLoader(this: LoaderContext, content: Buffer, ...others: unknown[]): void {
  respond(this, content, others)
}

/**
 * Files that pass no other loader are read here: Rspack takes longer to read a file and to hand its bytes over. That is
 * for others to do where a file cannot be read.
 */
export function pitch(this: LoaderContext): void {
  const content = isReadHere(this) && readNow(this.resourcePath)
  if (!content) return
  this.addDependency(this.resourcePath)
  respond(this, content, [])
}

function respond(context: LoaderContext, content: Buffer, others: readonly unknown[]): void {
  const callback = context.async()
  load(context, content).then(
    (bytes) => callback(null, bytes ?? content, ...others),
    // The stack of the error leads into this package, and not to what is wrong.
    (error: Error) => callback(Object.assign(new Error(error.message, { cause: error }), { hideStack: true })),
  )
}

function isReadHere({ loaders, resource, resourcePath, _compiler, _module }: LoaderContext): boolean {
  const [identity, ...others] = new Set(loaders.map(({ path, query }) => path === file && parseQuery(query)[0]))
  const isAlone = identity !== undefined && identity !== false && others.length === 0
  const isFile = isAbsolute(resourcePath) && !isDataUri(resource) && _module.type.startsWith('asset')
  return isAlone && isFile && _compiler?.webpack.rspackVersion !== undefined && readsDisk(_compiler)
}

/** Whether what lies at a path on disk is what the bundler takes for it. */
function readsDisk({ options: { experiments = {}, plugins = [] } }: Compiler): boolean {
  const hasOwnFiles = 'useInputFileSystem' in experiments && Boolean(experiments.useInputFileSystem)
  return !hasOwnFiles && !plugins.some((plugin) => plugin?.constructor.name === 'VirtualModulesPlugin')
}

function readNow(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

async function load(context: LoaderContext, content: Buffer): Promise<Buffer | undefined> {
  const [identity = ''] = parseQuery(context.loaders[context.loaderIndex]?.query)
  const loading = loadingOf(context._compiler, identity)
  if (!loading || !isOutermost(context, identity)) return undefined
  const { _module: module } = context
  const { session } = loading
  const isCode = session.inline && isWritten(module, content)
  if (!isCode && !isAsset(context, session)) return undefined
  if (loading.isServing()) {
    context.cacheable(false)
    return undefined
  }
  const asset = describe(context, content, loading)
  if (!isCode && isLeftToOutput(module, session)) return leave(context, asset, session)
  const { bytes, receipt } = await (isCode ? shrinkWritten(asset, session) : session.shrink(asset))
  if (!receipt) return undefined
  // What went wrong may be right next time, and what people are to be told is to be told next time too.
  const isToldAgain = receipt.outcome === 'failed' || receipt.reason === 'lfs-pointer'
  if (isToldAgain || loading.agreed.has(module.identifier())) context.cacheable(false)
  const { source, wish } = asset
  const nameIndex = nameIndexOf(context)
  const type = isCode ? 'asset/inline' : module.type
  note(
    module,
    { receipt, source, type, ...(wish !== undefined && { wish }), ...(nameIndex >= 0 && { nameIndex }) },
    loading,
  )
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Where nothing inlined is to shrink, those are not touched of which the bundler has not decided yet. */
function isLeftToOutput({ type }: Module, { inline }: AssetSession): boolean {
  return type === 'asset' && !inline
}

/** What is asked for of bytes that become smaller once they are a file. */
function leave(context: LoaderContext, { bytes, wish }: Asset, session: AssetSession): undefined {
  const importer = context._module.identifier()
  session.withdraw(importer)
  if (wish === undefined) return
  session.request(bytes, wish, importer)
  context.cacheable(false)
}

/** An import that has a wish names this loader once more, and nobody wants the work to be done twice. */
function isOutermost({ loaders, loaderIndex }: LoaderContext, identity: string): boolean {
  const isOurs = ({ path, query }: LoaderContext['loaders'][number]) =>
    path === loaders[loaderIndex]?.path && parseQuery(query)[0] === identity
  return loaders.findIndex(isOurs) === loaderIndex
}

/** What stands behind the identity, wherever the loader is named. */
function extrasOf({ loaders }: LoaderContext): string[] {
  return loaders.flatMap(({ path, query }) => (path === file ? parseQuery(query).slice(1) : []))
}

function wishIn(context: LoaderContext): Wish | undefined {
  const text = extrasOf(context).find((extra) => !extra.startsWith('name='))
  if (text === undefined) return undefined
  return text === 'off' || text === 'lossless' ? text : Number(text)
}

/** Of several rules that give a name the last one decides. */
function nameIndexOf(context: LoaderContext): number {
  const marks = extrasOf(context).filter((extra) => extra.startsWith('name='))
  return Math.max(-1, ...marks.map((mark) => Number(mark.slice('name='.length))))
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

function describe(context: LoaderContext, bytes: Buffer, loading: Loading): Asset & { source: string } {
  const { resource, _module: module, _compilation } = context
  const { session, root, holders, agreed } = loading
  const source = sourceOf(module, holders.get(resource), root)
  const origin = isDataUri(resource) ? 'inline' : 'bundle'
  const placed = { module, source, nameIndex: nameIndexOf(context) }
  const path = session.isSelective && origin === 'bundle' ? likelyPath(placed, _compilation, loading) : source
  return { path, source, origin, wish: agreed.get(module.identifier()) ?? wishIn(context), bytes }
}
