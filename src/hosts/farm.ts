import { resolve } from 'node:path'
import type { CompilationContext, JsPlugin, ResolvedUserConfig } from '@farmfe/core'
import { createLogger, type Files, loggerOf, type Steps, stepIn } from './farm-compiler.js'
import { type FileBuild, settleFiles } from './farm-files.js'
import { noteFarmImporters } from './farm-importers.js'
import { createMemory } from './farm-memory.js'
import { transformModule } from './farm-modules.js'
import { pathOf, saltNames } from './farm-names.js'
import { createSweeper, type Sweeper } from './farm-public.js'
import { isPrecompressor, looksAtResources, type Resources, settleResources } from './farm-resources.js'
import type { BuildKind, OpenSession } from './host.js'

/** What is known of a build, and of those after it in watch mode. */
interface Building extends FileBuild {
  readonly sweeper: Sweeper
  /** Whether the build goes on when files change, and is not to end for what a person can mend meanwhile. */
  readonly isWatched: boolean
  /** When the build began. */
  since: number
  /** What went wrong already. */
  failure?: { readonly error: unknown }
  context?: CompilationContext
}

const name = 'compress-fast:assets'
const readableName = 'compress-fast:readable-assets'

// Before and after everybody else. Farm's own plugins have priorities from -99 to 102, as have those made for Vite.
const first = 1000
const last = -1000

/**
 * The plugins of a Farm build. One works on inlined files once Farm has inlined them, on all files before Farm writes
 * them, and on what lies on disk. The other one is there for plugins that look at what ships, which is to be the smaller
 * bytes already.
 *
 * All hooks are `async`, whatever they do: Farm ends the process without a word when a hook throws at once.
 */
export function farmPlugins(open: OpenSession): JsPlugin[] {
  let building: Building | undefined
  let logger = createLogger(console)
  return [readableAssetsPlugin(), assetsPlugin()]

  function readableAssetsPlugin(): JsPlugin {
    return {
      name: readableName,
      priority: first,
      finalizeResources: {
        executor: async ({ resourcesMap }) => building && settleEarly(resourcesMap, building),
      },
    }
  }

  function assetsPlugin(): JsPlugin {
    return {
      name,
      priority: last,
      async configResolved(config) {
        building = config.compilation?.mode === 'production' ? prepare(config) : undefined
        config.jsPlugins = config.jsPlugins?.filter((plugin) => isNeeded(plugin, config)) ?? []
      },
      async configureCompiler(compiler) {
        logger = loggerOf(compiler)
        if (building) stepIn(compiler, stepsOf(building))
      },
      pluginCacheLoaded: {
        async executor(saved) {
          building?.memory.load(saved)
        },
      },
      buildStart: {
        async executor(_, context) {
          if (building && context) building.context = context
        },
      },
      transform: {
        filters: { moduleTypes: ['js', 'jsx', 'ts', 'tsx', 'css', 'html'] },
        executor: async (module) => building && transformModule(module, building),
      },
      writePluginCache: {
        async executor() {
          if (!building) return []
          forgetModules(building)
          return building.memory.save()
        },
      },
    }
  }

  function prepare(config: ResolvedUserConfig): Building {
    const root = resolve(config.root ?? '.')
    const output = config.compilation?.output?.path ?? 'dist'
    const place = resolve(root, output)
    const publicDir = resolve(root, config.publicDir ?? 'public')
    const session = open(root, {
      isQuiet: false,
      info: (message) => logger.info(message),
      warn: (message) => logger.warn(message),
    })
    saltNames(config, session)
    const sweeper = createSweeper({ root, place, publicDir, publicPlace: resolve(output) }, session)
    const isWatched = Boolean(config.compilation?.watch)
    return { session, root, place, memory: createMemory(), done: new Set(), sweeper, isWatched, since: Date.now() }
  }
}

/** Whether a plugin has something to do. Farm turns every byte into a number for each plugin that sees resources. */
function isNeeded(plugin: JsPlugin, { compilation, jsPlugins = [], rustPlugins = [] }: ResolvedUserConfig): boolean {
  if (!isOurs(plugin)) return true
  if (compilation?.mode !== 'production') return false
  if (plugin.name === name) return true
  const others = jsPlugins.filter((other) => !isOurs(other))
  return others.some(looksAtResources) || rustPlugins.some(([path]) => isPrecompressor(path))
}

function isOurs(plugin: JsPlugin): boolean {
  return plugin.name === name || plugin.name === readableName
}

/** Farm aborts when this goes wrong in a rebuild, which is why failures wait. */
async function settleEarly(resources: Resources, building: Building): Promise<Resources | undefined> {
  forgetModules(building)
  try {
    return await settleResources(resources, building)
  } catch (error) {
    building.failure = { error }
    return undefined
  }
}

function stepsOf(building: Building): Steps {
  const { session, root, place, memory, done, sweeper, isWatched } = building
  return { begin, settle, end: () => session.finish(place) }

  function begin(kind: BuildKind): void {
    session.begin(place, kind === 'whole' && isWatched ? 'first' : kind)
    building.since = Date.now()
    delete building.failure
    done.clear()
  }

  async function settle(files: Files, before?: Files): Promise<Files> {
    if (building.failure) throw building.failure.error
    forgetModules(building)
    if (building.context) noteFarmImporters(building.context, building)
    for (const { file, receipt } of memory.lines()) session.tell(file, root, receipt)
    const settled = await settleFiles(files, building, before)
    await sweeper.sweep(new Set(Object.keys(settled).map(pathOf)), building.since)
    return settled
  }
}

/** Farm remembers modules as long as they are part of a build. */
function forgetModules({ memory, context }: Building): void {
  if (context) memory.keepModules((moduleId) => Boolean(context.viteGetModuleById(moduleId)))
}
