import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { BuildEnvironment, Environment, Plugin, ResolvedConfig } from 'vite'
import { isInside, relativeTo, toPosix } from '../util/path.js'
import { hasIntegration, isAstro, missingIntegration } from './astro-project.js'
import {
  type Assets,
  type Bundle,
  type BundleAsset,
  isOurTiming,
  type NamingOptions,
  namedAssetsAmong,
  placeOf,
  retractMissing,
  saltedNames,
  settleBundle,
} from './bundle.js'
import { inlinedMarks, mayHoldDataUri } from './data-uri.js'
import { type Sweep, sweepDirectory, sweepNamedDirs } from './directory.js'
import type { AssetSession, Logger, OpenSession } from './host.js'
import { noteImports } from './importers.js'
import { shrinkInlined, shrinkModule } from './inlined.js'
import { leaveOld } from './vite-old.js'
import { renewRevisions } from './vite-pwa.js'
import { queriesPlugin, takeOutOfStyles } from './vite-queries.js'

/** What is known of one environment's build. Vite makes plugins anew per environment, or shares them: it sits here. */
interface Building {
  readonly assets: Assets
  readonly session: AssetSession
  readonly config: ResolvedConfig
  /** The folder that stands for this build in the report. */
  readonly home: string
  readonly since: number
  /** Names of the current output's files that are done, by output folder. */
  readonly settled: Map<string, Set<string>>
  /** Output folders that are on disk. */
  readonly written: Set<string>
  /** Files on disk that were looked at, with what they looked like, so that several outputs look once. */
  readonly swept: Map<string, string>
}

const assetsName = 'compress-fast:assets'

// Sessions that sum up at the latest when the process ends.
const announcing = new WeakSet<AssetSession>()

/**
 * The plugins of a Vite build. There are four, because work is to be done at four places among other plugins:
 *
 * - queries: `?compress=`, before anybody else reads it;
 * - sources: names and inlined files, while modules are transformed and before anything is hashed;
 * - assets: once Vite has put its own into the bundle, and before gzip, SRI and PWA plugins read them;
 * - late assets: what other plugins emit after that, and then the files on disk that no bundle holds.
 */
export function vitePlugins(open: OpenSession): Plugin[] {
  const builds = new WeakMap<Environment, Building>()
  const assets = new WeakMap<Environment, Assets>()
  const loaded = Date.now()
  // Set when a style sheet was found to ask for something that can only be taken out of it at the end.
  let isAskedInStyles = false
  const queries = () => queriesPlugin(sessionOf, () => (isAskedInStyles = true))
  return [queries(), sourcesPlugin(), assetsPlugin(), lateAssetsPlugin()]

  function sourcesPlugin(): Plugin {
    return {
      name: 'compress-fast:sources',
      apply: 'build',
      configResolved: leaveOld,
      config(config) {
        // Workers are bundled apart. Their assets come back into the main bundle under the names they have by then.
        const theirs = config.worker?.plugins
        return { worker: { plugins: () => [...(theirs?.() ?? []), queries(), sourcesPlugin()] } }
      },
      outputOptions(output) {
        const { config } = this.environment
        const naming: NamingOptions = output
        const mayOffer = config.build.emitAssets && !config.isWorker && !isAstro(config)
        return { ...output, assetFileNames: saltedNames(naming, assetsOf(this.environment), mayOffer) }
      },
      transform: {
        filter: { code: inlinedMarks },
        handler(code, id) {
          const { config } = this.environment
          return shrinkModule(code, id, config.root, sessionOf(config))
        },
      },
    }
  }

  function assetsPlugin(): Plugin {
    return {
      name: assetsName,
      apply: 'build',
      enforce: 'post',
      onLog(_level, log) {
        return isOurTiming(log) ? false : undefined
      },
      buildStart() {
        if (!this.environment.config.isWorker) beginBuild(this.environment, this.meta.watchMode)
      },
      async generateBundle(output, bundle) {
        const building = builds.get(this.environment)
        if (!building) return
        const place = placeIn(building, output)
        // Each output brings all its sources, also under names that an output before it had.
        building.settled.set(place, new Set())
        noteImports(this, building.session, building.config.root)
        await settleOutput(building, place, bundle)
        if (isAskedInStyles) takeOutOfStyles(bundle)
        await shrinkPages(building, place, bundle)
      },
      // In this order, frameworks that build by such a hook have built, and have yet to prerender and to adapt.
      async buildApp({ environments }) {
        const all = Object.values(environments)
        if (all.some(({ isBuilt }) => isBuilt)) await Promise.all(all.map(sweepUnbuilt))
      },
    }
  }

  function lateAssetsPlugin(): Plugin {
    return {
      name: 'compress-fast:late-assets',
      apply: 'build',
      enforce: 'post',
      generateBundle: {
        order: 'post',
        async handler(output, bundle) {
          const building = builds.get(this.environment)
          if (building) await settleOutput(building, placeIn(building, output), bundle)
        },
      },
      writeBundle: {
        order: 'post',
        sequential: true,
        async handler(output) {
          const building = builds.get(this.environment)
          if (!building) return
          const place = placeIn(building, output)
          building.written.add(place)
          await sweepOutput(building, place)
          await renewRevisions(building.config, place)
        },
      },
      // All environments of an application are built, where the framework builds them in one go (Vite 7 and later).
      buildApp: {
        order: 'post',
        async handler(builder) {
          sessionOf(builder.config).announce()
        },
      },
      closeBundle: {
        order: 'post',
        sequential: true,
        async handler() {
          const building = builds.get(this.environment)
          if (!building) return
          if (!this.meta.watchMode) builds.delete(this.environment)
          // Favicons, screenshots and the like are often made when all else is done.
          for (const place of building.written) {
            await sweepOutput(building, place)
            // What a server build emits, frameworks move to the client's folder.
            const { consumer } = this.environment.config
            if (consumer === 'client') retractMissing(building.settled.get(place) ?? [], place, building.session)
          }
          await building.session.finish(building.home)
        },
      },
    }
  }

  function sessionOf(config: ResolvedConfig): AssetSession {
    return open(config.root, loggerOf(config))
  }

  function assetsOf(environment: Environment): Assets {
    const { config } = environment
    const known = assets.get(environment)
    if (known) return known
    const named = namedAssetsAmong(config.plugins, assetsName, harmless)
    const made = { session: sessionOf(config), root: config.root, named }
    assets.set(environment, made)
    return made
  }

  /** An environment with nothing to bundle can have public files all the same (SvelteKit without client-side code). */
  async function sweepUnbuilt(environment: BuildEnvironment): Promise<void> {
    if (environment.isBuilt) return
    beginBuild(environment, false, loaded)
    const building = builds.get(environment)
    if (!building) return
    builds.delete(environment)
    await sweepOutput(building, building.home)
    await building.session.finish(building.home)
  }

  function beginBuild(environment: Environment, isWatching: boolean, since: number = Date.now()): void {
    // Rolldown starts anew for each output of one build.
    if (builds.has(environment) && !isWatching) return
    const { config } = environment
    if (isAstro(config)) {
      if (!hasIntegration(config)) config.logger.warnOnce(missingIntegration)
      return
    }
    const session = sessionOf(config)
    const home = resolve(config.root, config.build.outDir)
    const isRebuild = isWatching && builds.has(environment)
    session.begin(home, isRebuild ? 'rebuild' : isWatching ? 'first' : config.builder ? 'part' : 'whole')
    // Who builds environments one by one, by the API, does not say when the last one was built.
    if (config.builder && !announcing.has(session)) {
      announcing.add(session)
      process.once('beforeExit', session.announce)
    }
    builds.set(environment, {
      assets: assetsOf(environment),
      session,
      config,
      home,
      since,
      settled: new Map(),
      written: new Set(),
      swept: new Map(),
    })
  }
}

async function settleOutput({ assets, settled }: Building, place: string, bundle: Bundle): Promise<void> {
  await settleBundle(bundle, place, assets, settled.get(place) ?? new Set())
}

// Vite's plugins that have a hook before ours, and leave the bytes of images and documents alone (Vite 6 to 8).
const harmless = new Set(['vite:asset', 'vite:worker', 'vite:css-post', 'vite:build-html'])

/** Files that Vite inlined into pages, which never were modules. */
async function shrinkPages({ session }: Building, place: string, bundle: Bundle): Promise<void> {
  if (!session.inline) return
  const pages = Object.values(bundle).filter((file) => file.type === 'asset' && file.fileName.endsWith('.html'))
  await Promise.all((pages as BundleAsset[]).map(shrinkPage))

  async function shrinkPage(page: BundleAsset): Promise<void> {
    const text = page.source.toString()
    if (!mayHoldDataUri(text)) return
    const edited = await shrinkInlined({ text, path: page.fileName, place }, session)
    if (edited) page.source = edited.toString()
  }
}

async function sweepOutput(building: Building, place: string): Promise<void> {
  const { session, config, settled, swept } = building
  const { root, publicDir } = config
  const done = settled.get(place) ?? new Set<string>()
  await sweepDirectory(sweepOf(building, place), session)
  const publicDirs = publicDir === '' ? [] : [publicDir]
  await sweepNamedDirs({ root, place, publicDirs, seen: swept, done }, session)
}

function sweepOf({ config, since, settled, swept }: Building, dir: string): Sweep {
  const { root, publicDir } = config
  return {
    dir,
    since,
    seen: swept,
    // Not all of the bundle: what was emitted after our last look at it lies on disk as it came.
    done: settled.get(dir) ?? new Set(),
    spare: [root, publicDir].filter((folder) => folder !== '' && isInside(dir, folder)),
    originOf(path) {
      const source = publicDir === '' ? '' : resolve(publicDir, path)
      if (source === '' || !existsSync(source)) return { origin: 'folder', source: null }
      return { origin: 'public', source: toPosix(relativeTo(root, source)) }
    },
  }
}

function placeIn({ home }: Building, output: { dir?: string | undefined; file?: string | undefined }): string {
  return output.dir === undefined && output.file === undefined ? home : placeOf(output)
}

function loggerOf({ logger, logLevel = 'info' }: ResolvedConfig): Logger {
  return {
    isQuiet: logLevel !== 'info',
    info: (message) => logger.info(message),
    warn: (message) => logger.warn(message),
  }
}
