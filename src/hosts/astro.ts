import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import type { Asset } from '../types.js'
import { isInside, relativeTo } from '../util/path.js'
import { integrationName } from './astro-project.js'
import { sweepDirectory, sweepNamedDirs } from './directory.js'
import type { Logger, OpenSession } from './host.js'
import { vitePlugins } from './vite.js'
import { renewRevisions, type WithPlugins } from './vite-pwa.js'
import { openWithin } from './within.js'

// What we use of Astro, spelled out so that nobody else needs its types.

/** Astro's configuration. */
interface Config {
  readonly root: URL
  readonly publicDir: URL
  readonly outDir: URL
}

/** Where an integration's messages go. */
type Messages = Pick<Logger, 'info' | 'warn'>

/** An integration as Astro takes it. */
export interface AstroIntegration {
  readonly name: string
  readonly hooks: {
    'astro:config:setup'(setup: {
      readonly command: string
      readonly config: Config
      readonly updateConfig: (config: { vite: { plugins: never[] } }) => unknown
    }): void
    'astro:config:done'(done: { readonly config: Config; readonly buildOutput: 'static' | 'server' }): void
    'astro:build:start'(start: { readonly logger: Messages }): void
    'astro:build:done'(done: { readonly dir: URL; readonly logger: Messages }): Promise<void>
  }
}

/**
 * The integration. Under Astro our Vite plugins name files and shrink what is inlined; all other work waits until Astro
 * has encoded its images, as it does that from the files that Vite emitted.
 */
export function astroIntegration(open: OpenSession): AstroIntegration {
  const servedOnDemand = new Set<string>()
  let vite: WithPlugins | undefined
  let project: { root: string; publicDir: string; outDir: string; isServer: boolean } | undefined
  let since = 0

  return {
    name: 'compress-fast',
    hooks: {
      'astro:config:setup'({ command, config, updateConfig }) {
        if (command !== 'build') return
        const plugins = vitePlugins(openWithin(folder(config.root), open))
        // Vite's types are those of Astro's Vite, whichever version that is.
        updateConfig({
          vite: { plugins: [...plugins, onDemandPlugin(servedOnDemand, (config) => (vite = config))] as never[] },
        })
      },
      'astro:config:done'({ config: { root, publicDir, outDir }, buildOutput }) {
        const isServer = buildOutput === 'server'
        project = { root: folder(root), publicDir: folder(publicDir), outDir: folder(outDir), isServer }
      },
      'astro:build:start'({ logger }) {
        if (!project) return
        since = Date.now()
        servedOnDemand.clear()
        open(project.root, loud(logger)).begin(project.outDir, 'whole')
      },
      async 'astro:build:done'({ dir: address, logger }) {
        if (!project) return
        const { root, publicDir, outDir, isServer } = project
        const session = open(root, loud(logger))
        const dir = folder(address)
        const spare = [root, publicDir].filter((source) => isInside(dir, source))
        const seen = new Map<string, string>()
        const originOf = (path: string): Pick<Asset, 'origin' | 'source' | 'wish'> => {
          const source = resolve(publicDir, path)
          if (existsSync(source)) return { origin: 'public', source: relativeTo(root, source) }
          // The server may yet encode from it, for pages that are made on demand.
          const wish = isServer && servedOnDemand.has(path) ? 'lossless' : undefined
          return { origin: 'folder', source: null, wish }
        }
        await sweepDirectory({ dir, done: new Set(), seen, spare, since, originOf }, session)
        await sweepNamedDirs({ root, place: dir, publicDirs: [publicDir], seen, done: new Set() }, session)
        if (vite) await renewRevisions({ ...vite, publicDir }, dir)
        await session.finish(outDir)
      },
    },
  }
}

/** Notes the files that came with code that runs on the server, and what other plugins there are. */
function onDemandPlugin(names: Set<string>, learn: (config: WithPlugins) => void): Plugin {
  return {
    name: integrationName,
    apply: 'build',
    enforce: 'post',
    configResolved: learn,
    generateBundle(_, bundle) {
      if (this.environment.name !== 'ssr') return
      for (const { type, fileName } of Object.values(bundle)) if (type === 'asset') names.add(fileName)
    },
  }
}

function folder(url: URL): string {
  return resolve(fileURLToPath(url))
}

function loud(logger: Messages): Logger {
  return { isQuiet: false, info: (message) => logger.info(message), warn: (message) => logger.warn(message) }
}
