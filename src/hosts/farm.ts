import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Compiler, JsPlugin, PluginTransformHookParam, ResolvedUserConfig } from '@farmfe/core'
import type { Asset } from '../types.js'
import { isInside, relativeTo, toPosix } from '../util/path.js'
import { takeCompressQuery } from './compress-query.js'
import { mayHoldDataUri } from './data-uri.js'
import { sweepDirectory, sweepNamedDirs } from './directory.js'
import { copyPublicFolder } from './farm-public.js'
import { modulesIn, type ResourceBuild, type Resources, settleResources, withCleanNames } from './farm-resources.js'
import { createResults, type Line, listenTo } from './farm-results.js'
import type { AssetSession, Logger, OpenSession } from './host.js'
import { shrinkInlined } from './inlined.js'

/** What is known of a build, and of those after it in watch mode. */
interface Building extends ResourceBuild {
  readonly publicDir: string
  /** The folder that Farm copies the public folder to. */
  readonly publicPlace: string
  since: number
  /** Names of the resources that are done. */
  settled: Set<string>
  /** Names of all files that Farm is about to write. */
  names: string[]
  /** Files on disk that were looked at, with what they looked like. */
  readonly swept: Map<string, string>
  /** What there was to tell of them. */
  readonly sweptLines: Line[]
}

const assetsName = 'compress-fast:assets'
const lateName = 'compress-fast:late-assets'

// Before and after everybody else. Farm's own plugins have priorities from -99 to 102, as have those made for Vite.
const first = 1000
const last = -1000

/**
 * The plugins of a Farm build. One swaps assets before compressing, hashing and listing plugins see them. The other one
 * does all that comes last: inlined images once Farm has inlined them, what other plugins emit, files on disk.
 *
 * All hooks are `async`, whatever they do: Farm ends the process without a word when a hook throws at once.
 */
export function farmPlugins(open: OpenSession): JsPlugin[] {
  let building: Building | undefined
  let logger = createLogger(console)
  return [assetsPlugin(), lateAssetsPlugin()]

  function assetsPlugin(): JsPlugin {
    return {
      name: assetsName,
      priority: first,
      finalizeResources: { executor: ({ resourcesMap }) => settle(resourcesMap) },
    }
  }

  function lateAssetsPlugin(): JsPlugin {
    return {
      name: lateName,
      priority: last,
      async configResolved(config) {
        building = undefined
        if (config.compilation?.mode === 'production') prepare(config)
        config.jsPlugins = config.jsPlugins?.filter((plugin) => isNeeded(plugin, config)) ?? []
      },
      async configureCompiler(compiler) {
        logger = loggerOf(compiler)
      },
      pluginCacheLoaded: {
        async executor(saved) {
          building?.results.load(saved)
        },
      },
      buildStart: {
        async executor() {
          begin('whole')
        },
      },
      updateModules: {
        async executor() {
          begin('rebuild')
        },
      },
      transform: {
        filters: { moduleTypes: ['js', 'jsx', 'ts', 'tsx', 'css', 'html'] },
        executor: async (module) => building && transform(module, building),
      },
      finalizeResources: {
        async executor({ resourcesMap }) {
          const settled = await settle(resourcesMap)
          if (building) note(settled, building)
          return settled
        },
      },
      finish: { executor: finish },
      updateFinished: { executor: finish },
      writePluginCache: {
        async executor() {
          return building?.results.save() ?? []
        },
      },
    }
  }

  function prepare(config: ResolvedUserConfig): void {
    const root = resolve(config.root ?? '.')
    const output = config.compilation?.output?.path ?? 'dist'
    const session = open(root, {
      isQuiet: false,
      info: (message) => logger.info(message),
      warn: (message) => logger.warn(message),
    })
    saltNames(config, session)
    building = {
      session,
      root,
      place: resolve(root, output),
      publicDir: resolve(root, config.publicDir ?? 'public'),
      publicPlace: resolve(output),
      results: createResults(),
      since: Date.now(),
      settled: new Set(),
      names: [],
      swept: new Map(),
      sweptLines: [],
    }
  }

  function begin(kind: 'whole' | 'rebuild'): void {
    if (!building) return
    building.session.begin(building.place, kind)
    building.since = Date.now()
    building.settled = new Set()
  }

  async function settle(resources: Resources): Promise<Resources> {
    if (!building) return resources
    const clean = withCleanNames(resources)
    await orEnd(building, settleResources(clean, building, building.settled))
    return clean
  }

  async function finish(): Promise<void> {
    if (!building) return
    const { session, place } = building
    await orEnd(building, sweep(building))
    await session.finish(place)
  }
}

/** Whether a plugin has something to do. Farm turns every byte into a number for each plugin that sees resources. */
function isNeeded({ name }: JsPlugin, { compilation, jsPlugins = [] }: ResolvedUserConfig): boolean {
  if (name !== assetsName && name !== lateName) return true
  if (compilation?.mode !== 'production') return false
  return name === lateName || jsPlugins.some((plugin) => isForeign(plugin) && plugin.finalizeResources)
}

function isForeign({ name }: JsPlugin): boolean {
  return name !== assetsName && name !== lateName
}

/** Lets names and Farm's own cache follow the settings, as both are made from sources only. */
function saltNames({ compilation }: ResolvedUserConfig, { settingsDigest, inline }: AssetSession): void {
  const { output, persistentCache } = compilation ?? {}
  if (output?.assetsFilename !== undefined) {
    output.assetsFilename = output.assetsFilename.replace(
      /\[(?:contentHash|hash)\]/,
      `$&-${settingsDigest.slice(0, 6)}`,
    )
  }
  if (typeof persistentCache !== 'object') return
  persistentCache.envs = { ...persistentCache.envs, 'unplugin-compress-fast@1': `${settingsDigest} ${inline}` }
}

/** Images that are inlined in a module, and the addresses of those that were asked for in a special way. */
async function transform(
  { content, moduleId, moduleType }: PluginTransformHookParam,
  { session, root, results }: Building,
): Promise<{ content: string; sourceMap?: string } | undefined> {
  const taken = takeCompressQuery(moduleId)
  const isAddress = taken !== undefined && moduleType === 'js' && !content.includes('data:')
  if (isAddress) return { content: withoutQueries(content) }
  if (!session.inline || !mayHoldDataUri(content)) return undefined
  const path = moduleId.replace(/\?.*$/s, '')
  const lines: Line[] = []
  const wish = taken && session.wishOf(taken.value, `an import of ${path}`)
  const listening = listenTo(session, (line) => lines.push(line), wish)
  const edited = await shrinkInlined({ text: content, path, place: root }, listening)
  results.inlinedIn(moduleId, lines)
  return edited && { content: edited.toString(), sourceMap: edited.generateMap({ hires: 'boundary' }).toString() }
}

/** A module that exports the address of a file, which has the query of the import. */
function withoutQueries(code: string): string {
  return code.replace(/"([^"]*)"/g, (text, address: string) => {
    const taken = takeCompressQuery(address)
    return taken ? JSON.stringify(taken.specifier) : text
  })
}

function note(resources: Resources, building: Building): void {
  const { session, root, results } = building
  building.names = Object.keys(resources)
  for (const { file, receipt } of results.linesOf(modulesIn(resources))) session.tell(file, root, receipt)
}

async function sweep(building: Building): Promise<void> {
  const { session, root, place, publicDir, publicPlace, since, names, swept, sweptLines } = building
  await copyPublicFolder(publicDir, publicPlace, names)
  // A build in watch mode finds the folder as the one before has left it.
  for (const { file, receipt } of sweptLines) session.tell(file, publicPlace, receipt)
  const listening = listenTo(session, (line) => sweptLines.push(line))
  const spare = [root, publicDir].filter((folder) => isInside(publicPlace, folder))
  const done = new Set(names)
  await sweepDirectory({ dir: publicPlace, since, seen: swept, done, spare, originOf }, listening)
  await sweepNamedDirs({ root, place, publicDirs: [publicDir], seen: swept, done }, session)

  function originOf(path: string): Pick<Asset, 'origin' | 'source'> {
    const source = resolve(publicDir, path)
    if (!existsSync(source)) return { origin: 'folder', source: null }
    return { origin: 'public', source: toPosix(relativeTo(root, source)) }
  }
}

/** A build that fails is not asked for its end. */
async function orEnd({ session, place }: Building, work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    await session.finish(place)
    throw error
  }
}

/** The logger that the user gave to Farm, which Farm gives to plugins in no other way. */
function loggerOf(compiler: Compiler): Logger {
  const logger: unknown = Reflect.get(compiler, 'logger')
  return isLogger(logger) ? createLogger(logger) : createLogger(console)
}

function isLogger(value: unknown): value is Pick<Logger, 'info' | 'warn'> {
  return typeof value === 'object' && value !== null && 'info' in value && 'warn' in value
}

function createLogger(target: Pick<Logger, 'info' | 'warn'>): Logger {
  return {
    isQuiet: false,
    info: (message) => target.info(message),
    warn: (message) => target.warn(message),
  }
}
