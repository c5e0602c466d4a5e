import { readFileSync, realpathSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, normalize, relative, resolve } from 'node:path'
import type { BuildOptions, BuildResult, OnLoadArgs, OnLoadResult, PartialMessage, PluginBuild } from 'esbuild'
import { isCompressionError } from '../errors.js'
import type { Asset, Wish } from '../types.js'
import { relativeTo, toPosix } from '../util/path.js'
import { compressQueryFilter, takeCompressQuery } from './compress-query.js'
import { fileFilter, isInlining, keepsBytes, loaderOf } from './esbuild-loaders.js'
import { createLog } from './esbuild-log.js'
import { type Loaded, settleOutputs } from './esbuild-outputs.js'
import { createSpelledWishes } from './esbuild-wishes.js'
import type { OpenSession } from './host.js'
import { requestFile } from './rollup-queries.js'

/**
 * Sets a build of esbuild up. Files shrink when they are loaded, so that esbuild names, inlines, counts and serves
 * what ships. What other plugins load or emit is looked at when the build ends.
 */
export function setupEsbuild(build: PluginBuild, open: OpenSession): void {
  const { initialOptions: options } = build
  const root = rootOf(options)
  const log = createLog(build)
  const session = open(root, log.logger)
  const wishes = createSpelledWishes()
  const seen = new Map<string, string>()
  const isMetafileWanted = options.metafile === true
  const loaded: Loaded[] = []
  // Imports that ask for something of a file that they have in common with others, and those files.
  const askers = new Set<string>()
  const shared = new Set<string>()
  let isRebuild = false
  let since = 0

  // Tells which output a loaded file became.
  options.metafile = true
  build.onStart(begin)
  build.onResolve({ filter: compressQueryFilter }, async ({ path, ...args }) => {
    const query = takeCompressQuery(path)
    if (!query) return undefined
    const { errors, warnings, ...resolved } = await build.resolve(query.specifier, args)
    if (errors.length > 0) return { errors, warnings }
    if (!isOurs(resolved.path) || resolved.external || resolved.namespace !== 'file') return { ...resolved, warnings }
    if (hasOneName(resolved.path)) {
      askers.add(args.importer)
      shared.add(resolved.path)
      await requestFile(resolved.path, query.value, args.importer, session)
      return { ...resolved, warnings }
    }
    const wish = session.wishOf(query.value, relativeTo(root, args.importer))
    return { ...resolved, warnings, path: wishes.spell(resolved.path, wish) }
  })
  build.onLoad({ filter: fileFilter(options.loader ?? {}, session.wants), namespace: 'file' }, load)
  build.onEnd(end)

  function begin(): void {
    // Others may have opened the session since, and would hear what is ours.
    open(root, log.logger)
    session.begin(placeOf(options, root), isRebuild ? 'rebuild' : 'whole')
    isRebuild = true
    loaded.length = 0
    since = Date.now()
  }

  function isOurs(path: string): boolean {
    const loader = loaderOf(path, options.loader ?? {})
    return keepsBytes(loader) && session.wants(path) && (session.inline || !isInlining(loader))
  }

  /** Whether a file gets the same name whatever its bytes are, so that it cannot ship in two ways. */
  function hasOneName(path: string): boolean {
    return !isInlining(loaderOf(path, options.loader ?? {})) && !(options.assetNames ?? '[hash]').includes('[hash]')
  }

  async function load({ path, suffix, with: attributes }: OnLoadArgs): Promise<OnLoadResult | undefined> {
    // `with { type: 'text' }` and the like decide instead of the extension.
    if (!isOurs(path) || attributes['type'] !== undefined) return undefined
    const file = normalize(path)
    const bytes = readNow(file)
    // esbuild says best why a file cannot be read.
    if (!bytes) return undefined
    const source = relativeTo(root, file)
    try {
      const { bytes: smaller, receipt } = await session.shrink(assetOf(source, bytes, wishes.of(path)))
      if (receipt)
        loaded.push({ id: file + suffix, source, isInlined: isInlining(loaderOf(path, options.loader ?? {})), receipt })
      return smaller && { contents: smaller, loader: 'default', watchFiles: [file] }
    } catch (error) {
      return { errors: [errorMessage(error)], watchFiles: [file] }
    }
  }

  function assetOf(source: string, bytes: Uint8Array, wish?: Wish): Asset {
    const path = session.isSelective ? likelyPath(source, options, root) : source
    return { path, source, wish, origin: 'bundle', bytes }
  }

  /** Looks again at files that were loaded before an import was seen that asks for something of them. */
  async function revise(file: Loaded): Promise<Loaded> {
    const path = resolve(root, file.source)
    if (file.isInlined || !shared.has(path)) return file
    const bytes = await readFile(path)
    const { bytes: smaller = bytes, receipt } = await session.shrink(assetOf(file.source, bytes))
    const isSame = receipt === undefined || receipt.digest === file.receipt.digest
    return isSame ? file : { ...file, instead: { bytes: smaller, receipt } }
  }

  function forgetAskers(): void {
    for (const importer of askers) session.withdraw(importer)
    askers.clear()
    shared.clear()
  }

  async function end(result: BuildResult): Promise<{ errors: PartialMessage[]; warnings: PartialMessage[] }> {
    const place = placeOf(options, root)
    const errors: PartialMessage[] = []
    try {
      const revised = await Promise.all(loaded.map(revise))
      await settleOutputs({ result, session, root, place, loaded: revised, wishes, seen, since })
    } catch (error) {
      errors.push(errorMessage(error))
    }
    forgetAskers()
    await session.finish(place).catch((error: unknown) => errors.push(errorMessage(error)))
    if (!isMetafileWanted) hideMetafile(result)
    return { errors, warnings: await log.takeWarnings() }
  }
}

/**
 * A file's bytes, or `undefined` when it cannot be read. Not by a promise, as esbuild asks for all files at once: reading
 * 1,000 of 50 KB took 34 ms this way and 115 ms that way.
 */
function readNow(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/** The project's root, with symbolic links resolved as esbuild does with the paths of files. */
function rootOf({ absWorkingDir = process.cwd() }: BuildOptions): string {
  try {
    return realpathSync(absWorkingDir)
  } catch {
    return absWorkingDir
  }
}

/** The folder that a build writes to. */
function placeOf({ outdir, outfile }: BuildOptions, root: string): string {
  if (outdir !== undefined) return resolve(root, outdir)
  return outfile === undefined ? root : dirname(resolve(root, outfile))
}

/** The path that a file is about to get in the output, but for its hash: enough for the user's globs. */
function likelyPath(
  source: string,
  { assetNames = '[name]-[hash]', outbase = '' }: BuildOptions,
  root: string,
): string {
  const extension = extname(source)
  const path = assetNames
    .replaceAll('[name]', basename(source, extension))
    .replaceAll('[ext]', extension.slice(1))
    .replaceAll('[dir]', toPosix(relative(resolve(root, outbase), resolve(root, dirname(source)))))
  return path.replace(/^\.?\//, '') + extension
}

/** Keeps a metafile that nobody asked for out of what people print and compare; plugins after ours may have use for it. */
function hideMetafile(result: BuildResult): void {
  Object.defineProperty(result, 'metafile', { enumerable: false })
}

/** @throws Whatever was not raised on purpose. */
function errorMessage(error: unknown): PartialMessage {
  if (!isCompressionError(error)) throw error
  const { message, hint } = error
  return { text: message, notes: hint === null ? [] : [{ text: hint }], detail: error }
}
