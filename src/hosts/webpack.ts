import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { isInside, relativeTo } from '../util/path.js'
import { type Sweep, sweepDirectory, sweepNamedDirs } from './directory.js'
import type { OpenSession } from './host.js'
import { agree } from './webpack-agreed.js'
import { createFiles, type Files } from './webpack-assets.js'
import type { Compilation, Compiler } from './webpack-compiler.js'
import { noteImporters } from './webpack-importers.js'
import { type Log, loggerOf, logOf } from './webpack-log.js'
import { recalled } from './webpack-modules.js'
import { prepareOptions } from './webpack-options.js'
import { claimOutput, freeOutput, homeOf, isPart, joinParts, leaveParts, outputsWithin } from './webpack-parts.js'
import { type Loading, register } from './webpack-passed.js'
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
  readonly log?: Log
}

/**
 * The plugin for webpack and Rspack, which differ in nothing that is used here. Files that are modules pass our loader,
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
  const names = prepareOptions(compiler, session)
  const loading: Loading = { session, root, isServing, names, holders: new Map(), passed: new Map(), agreed: new Map() }
  register(compiler, loading)
  joinParts(compiler, session)
  compiler.hooks.shutdown.tap(name, () => freeOutput(compiler))

  compiler.hooks.compilation.tap(name, (_, { normalModuleFactory }) => {
    watchImports(normalModuleFactory, loading)
  })

  compiler.hooks.thisCompilation.tap(name, (compilation) => {
    files = undefined
    if (isServing()) return
    claimOutput(compiler)
    const kind = isRebuild ? 'rebuild' : isPart(compiler) ? 'part' : compiler.watchMode ? 'first' : 'whole'
    session.begin(homeOf(compiler, session), kind)
    const { settle, tell } = openFiles(compilation)
    const { processAssets } = compilation.hooks
    loading.agreed.clear()
    for (const stage of [stages.main, stages.late]) {
      processAssets.tapPromise({ name, stage }, () => failing(compilation, settle))
    }
    processAssets.tapPromise({ name, stage: stages.report }, async () => tell(compiler.outputPath))
  })

  compiler.hooks.finishMake.tapPromise(name, async (compilation) => {
    if (!files) return
    await agree({ compiler, compilation, loading })
    noteImporters(compilation, loading)
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
    await failing(compilation, () => session.finish(homeOf(compiler, session)))
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
    const place = compiler.outputPath
    // Names may lead out of the folder and back.
    const done = new Set([...(files?.done ?? [])].map((file) => relativeTo(place, resolve(place, file))))
    const spare = [...[root, ...publicDirs].filter((folder) => isInside(place, folder)), ...outputsWithin(compiler)]
    await sweepDirectory({ dir: place, since, done, seen: swept, spare, originOf }, session)
    await sweepNamedDirs({ root, place, publicDirs, seen: swept, done }, session)
  }

  function originOf(path: string): ReturnType<Sweep['originOf']> {
    const source = publicDirs.map((folder) => resolve(folder, path)).find((file) => existsSync(file))
    return source === undefined
      ? { origin: 'folder', source: null }
      : { origin: 'public', source: relativeTo(root, source) }
  }
}

/** Makes what the user wants to fail the build an error of the build. */
async function failing({ errors }: Compilation, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    errors.push(error instanceof Error ? error : new Error(String(error)))
  }
}
