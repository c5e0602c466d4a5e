import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { compressibleFormats, extensionsOf } from '@compress-fast/engine/sniff'
import { isInside, relativeTo, toPosix } from '../util/path.js'
import { type Sweep, sweepDirectory } from './directory.js'
import type { AssetSession, Logger, OpenSession } from './host.js'
import { createFiles, type Files, recalled } from './webpack-assets.js'
import type { Compilation, Compiler } from './webpack-compiler.js'
import { identityOf, type Loading, loaderRequest, registerLoading } from './webpack-loader.js'
import { watchImports } from './webpack-query.js'

const name = 'compress-fast'

// Where in `processAssets` files are looked at (webpack's names for these are the same numbers in Rspack).
const stages = {
  /** OPTIMIZE_SIZE: what other plugins emit is there, and nothing has been made of it yet. */
  main: 400,
  /** Before OPTIMIZE_HASH: the last moment at which names still follow from bytes, and gzip is yet to come. */
  late: 2499,
  /** REPORT: names are final. */
  report: 5000,
}

/** What is around the bundler, where a tool brings it along. */
interface Surroundings {
  /** Folders whose files the tool copies into the output. */
  readonly publicDirs?: readonly string[]
  /** Where the tool tells how it goes. */
  readonly log?: Pick<Logger, 'isQuiet' | 'info'>
}

/**
 * The plugin for webpack and Rspack, which differ in nothing that is used here. Images that are modules pass our loader,
 * before the bundler names or inlines them; what plugins emit is swapped at the end of the compilation; what others put
 * into the output folder is swapped on disk.
 */
export function applyToCompiler(compiler: Compiler, open: OpenSession, surroundings: Surroundings = {}): void {
  if (compiler.options.mode === 'development') return
  const { context: root, outputFileSystem: disk } = compiler
  const isOnDisk = () => compiler.outputFileSystem === disk
  const { publicDirs = [], log = logOf(compiler) } = surroundings
  const session = open(root, loggerOf(compiler, log))
  const swept: Sweep['seen'] = new Map()
  // Files may be copied in before the bundler starts.
  let since = Date.now()
  let isRebuild = false
  let files: Files | undefined

  // A dev server watches and keeps everything in memory.
  const isServing = () => compiler.watchMode && !isOnDisk()
  const loading: Loading = { session, root, isServing, holders: new Map(), passed: new Map() }
  registerLoading(compiler, loading)
  compiler.options.module.rules.push(...imageRules(session))
  joinParts(compiler, session)
  versionCache(compiler, session)

  compiler.hooks.compilation.tap(name, (_, { normalModuleFactory }) => {
    watchImports(normalModuleFactory, loading)
  })

  compiler.hooks.thisCompilation.tap(name, (compilation) => {
    files = undefined
    if (isServing()) return
    const kind = isRebuild ? 'rebuild' : isPart(compiler) ? 'part' : 'whole'
    session.begin(homeOf(compiler, session), kind)
    const { settle, tell } = openFiles(compilation)
    const { processAssets } = compilation.hooks
    for (const stage of [stages.main, stages.late]) {
      processAssets.tapPromise({ name, stage }, () => failing(compilation, settle))
    }
    processAssets.tapPromise({ name, stage: stages.report }, async () => tell(compiler.outputPath))
  })

  // After other plugins, which may write more files then.
  compiler.hooks.afterEmit.tapPromise({ name, stage: 10_000 }, async (compilation) => {
    if (files && isOnDisk()) await failing(compilation, sweepAll)
  })

  // Before other plugins, and before the build's result is shown, of which our warnings are part.
  compiler.hooks.done.tapPromise({ name, stage: -100 }, async ({ compilation }) => {
    if (!files) return
    since = Date.now()
    isRebuild = compiler.watchMode
    open(root, loggerOf(compiler, log, compilation))
    await session.finish(homeOf(compiler, session))
    leaveParts(compiler, session)
    for (const [key, passed] of loading.passed) {
      loading.passed.set(key, { ...passed, receipt: recalled(passed.receipt, compiler), isOld: true })
    }
  })

  function openFiles(compilation: Compilation): Files {
    files = createFiles({ compiler, compilation, loading })
    return files
  }

  async function sweepAll(): Promise<void> {
    await sweepDirectory(sweepOf(compiler.outputPath, since), session)
    for (const dir of session.dirs) await sweepDirectory(sweepOf(resolve(root, dir), 0), session)
  }

  function sweepOf(dir: string, since: number): Sweep {
    const done = [...(files?.done ?? [])].map((file) => toPosix(relative(dir, resolve(compiler.outputPath, file))))
    const spare = [root, ...publicDirs].filter((folder) => isInside(dir, folder))
    return { dir, since, done: new Set(done), seen: swept, spare, originOf }
  }

  function originOf(path: string): ReturnType<Sweep['originOf']> {
    const source = publicDirs.map((folder) => resolve(folder, path)).find((file) => existsSync(file))
    return source === undefined
      ? { origin: 'folder', source: null }
      : { origin: 'public', source: relativeTo(root, source) }
  }
}

/** Rules by which images pass the loader, after all other loaders: files by their names, data in URIs by its type. */
function imageRules(session: AssetSession): unknown[] {
  const extensions = [...compressibleFormats].flatMap(extensionsOf)
  const use = [{ loader: loaderRequest(identityOf(session)) }]
  return [
    { test: new RegExp(`\\.(?:${extensions.join('|')})$`, 'i'), enforce: 'post', use },
    { mimetype: /^image\//, enforce: 'post', use },
  ]
}

/** Rspack's cache on disk does not notice that rules name other loaders. webpack's does. */
function versionCache({ options: { cache } }: Compiler, session: AssetSession): void {
  if (typeof cache !== 'object' || cache?.type !== 'persistent') return
  cache.version = `${cache.version ?? ''}|compress-fast ${identityOf(session)}`
}

/** Makes what the user wants to fail the build an error of the build. */
async function failing({ errors }: Compilation, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    errors.push(error instanceof Error ? error : new Error(String(error)))
  }
}

/** A configuration with several compilers. */
interface Parts {
  readonly compilers: Set<Compiler>
  /** Those that have not come to their end yet. */
  readonly pending: Set<Compiler>
}

const partsOf = new WeakMap<AssetSession, Parts>()

/** Counts a compiler in, so that several that work side by side are summed up once. */
function joinParts(compiler: Compiler, session: AssetSession): void {
  const parts = partsOf.get(session) ?? { compilers: new Set(), pending: new Set() }
  partsOf.set(session, parts)
  for (const set of [parts.compilers, parts.pending]) set.add(compiler)
}

function leaveParts(compiler: Compiler, session: AssetSession): void {
  const pending = partsOf.get(session)?.pending
  pending?.delete(compiler)
  if (pending?.size === 0 && isPart(compiler)) session.announce()
}

function isPart({ hooks }: Compiler): boolean {
  return hooks.done.taps.some((tap) => tap.name === 'MultiCompiler')
}

/** What stands for a build in the report: its folder, or a name of its own where others write to that folder too. */
function homeOf(compiler: Compiler, session: AssetSession): string {
  const compilers = isPart(compiler) ? [...(partsOf.get(session)?.compilers ?? [])] : []
  const alike = compilers.filter(({ outputPath }) => outputPath === compiler.outputPath)
  return alike.length > 1 ? `${compiler.outputPath}#${alike.indexOf(compiler)}` : compiler.outputPath
}

function loggerOf(compiler: Compiler, log: NonNullable<Surroundings['log']>, compilation?: Compilation): Logger {
  // Part of the build's result, where tools look for warnings and count them.
  const warn = (message: string) =>
    compilation
      ? compilation.warnings.push(new BuildWarning(message))
      : compiler.getInfrastructureLogger(name).warn(message)
  return { ...log, warn }
}

function logOf(compiler: Compiler): NonNullable<Surroundings['log']> {
  const { level, stream = process.stderr, console } = compiler.options.infrastructureLogging ?? {}
  const isQuiet = level === false || level === 'none' || level === 'error' || level === 'warn'
  // The bundler's own console would mark each line, and paint the whole table in one colour.
  const info = (message: string) => {
    if (console) compiler.getInfrastructureLogger(name).info(message)
    else if (!isQuiet) stream.write(`${stream.isTTY ? clearLine : ''}${message}\n`)
  }
  return { isQuiet, info }
}

// The bundler's progress stands there.
const clearLine = '\r\u001B[2K'

class BuildWarning extends Error {
  override readonly name = 'CompressFastWarning'
  /** For the bundler: where the warning was made is of no interest. */
  readonly hideStack = true
}
