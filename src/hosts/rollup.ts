import { resolve } from 'node:path'
import type { Plugin as RolldownPlugin } from 'rolldown'
import type { Plugin as RollupPlugin } from 'rollup'
import { isInside } from '../util/path.js'
import {
  type Assets,
  type Bundle,
  isOurTiming,
  type NamingOptions,
  namedAssetsAmong,
  placeOf,
  retractMissing,
  saltedNames,
  settleBundle,
} from './bundle.js'
import { inlinedMarks } from './data-uri.js'
import { sweepDirectory, sweepNamedDirs } from './directory.js'
import type { AssetSession, Logger, OpenSession } from './host.js'
import { noteImports } from './importers.js'
import { type Reticent, reticent, shrinkModule } from './inlined.js'
import { queryHook } from './rollup-queries.js'
import { atExit } from './unclosed.js'

/** What is known of a build, from its first hook to its last. */
interface Building {
  readonly root: string
  readonly session: AssetSession
  readonly since: number
  /** Names of the files that are done, by output folder. */
  readonly settled: Map<string, Set<string>>
  /** Output folders that are on disk. */
  readonly written: Set<string>
  /** Files on disk that were looked at, so that several outputs look once. */
  readonly swept: Map<string, string>
  /** For files inlined in modules, which are read before outputs are known. */
  readonly early: Reticent
  named: Assets['named']
}

const assetsName = 'compress-fast:assets'

/**
 * The plugins of a Rollup build: one that sees sources, one that settles assets where it stands among the user's other
 * plugins, so that those after it read final bytes, and one for what is emitted after that and for files on disk.
 */
export function rollupPlugins(open: OpenSession): RollupPlugin[] {
  let root = process.cwd()
  let logger = loggerOf(false, console.warn)
  let building: Building | undefined
  return [sourcesPlugin(), assetsPlugin(), lateAssetsPlugin()]

  function sourcesPlugin(): RollupPlugin {
    return {
      name: 'compress-fast:sources',
      options(input) {
        // Rolldown has a working folder of its own.
        root = resolve('cwd' in input && typeof input.cwd === 'string' ? input.cwd : '.')
        const isQuiet = input.logLevel === 'silent' || input.logLevel === 'warn'
        logger = loggerOf(isQuiet, (message) => this.warn(message))
      },
      buildStart({ plugins }) {
        if (this.meta.watchMode) building = undefined
        current().named = namedAssetsAmong(plugins, assetsName)
      },
      outputOptions(output) {
        const naming: NamingOptions = output
        let nameOf: ReturnType<typeof saltedNames> | undefined
        // Which plugins there are is known once names are asked for.
        const assetFileNames: ReturnType<typeof saltedNames> = (asset) => {
          nameOf ??= saltedNames(naming, current(), true)
          return nameOf(asset)
        }
        return { ...output, assetFileNames }
      },
      resolveId: queryHook(() => current().session),
      watchChange(id) {
        building?.session.withdraw(id)
      },
      transform: {
        filter: { code: inlinedMarks },
        handler: (code, id) => shrinkModule(code, id, root, current().early.session),
      },
    }
  }

  function assetsPlugin(): RollupPlugin {
    return {
      name: assetsName,
      onLog(_level, log) {
        return isOurTiming(log) ? false : undefined
      },
      async generateBundle(output, bundle) {
        const place = placeOf(output)
        begin(place, this.meta.watchMode)
        noteImports(this, current().session, root)
        await settle(place, bundle)
      },
    }
  }

  function lateAssetsPlugin(): RollupPlugin {
    return {
      name: 'compress-fast:late-assets',
      generateBundle: {
        order: 'post',
        handler: (output, bundle) => settle(placeOf(output), bundle),
      },
      writeBundle: {
        order: 'post',
        sequential: true,
        async handler(output) {
          const place = placeOf(output)
          current().written.add(place)
          await sweep(place)
          // Who watches learns of each build, and may never close one.
          if (this.meta.watchMode) await current().session.finish(place)
        },
      },
      closeBundle: {
        order: 'post',
        sequential: true,
        async handler() {
          // What other plugins wrote when all else was done.
          for (const place of building?.written ?? []) await sweep(place)
          await finish()
        },
      },
    }
  }

  function current(): Building {
    building ??= beginWith(open(root, logger))
    return building
  }

  function beginWith(session: AssetSession): Building {
    return {
      root,
      session,
      early: reticent(session),
      since: Date.now(),
      settled: new Map(),
      written: new Set(),
      swept: new Map(),
      named: undefined,
    }
  }

  function begin(place: string, isWatching: boolean): void {
    const { session, settled, early } = current()
    if (!settled.has(place)) session.begin(place, isWatching ? 'rebuild' : 'whole')
    early.speak(root)
    if (!isWatching) atExit.add(finish)
    // Each output brings all its sources, also under names that an output before it had.
    settled.set(place, new Set())
  }

  async function settle(place: string, bundle: Bundle): Promise<void> {
    const { settled } = current()
    await settleBundle(bundle, place, current(), settled.get(place) ?? new Set())
  }

  async function sweep(place: string): Promise<void> {
    const { session, since, settled, swept } = current()
    const done = settled.get(place) ?? new Set<string>()
    const originOf = () => ({ origin: 'folder' as const, source: null })
    const spare = isInside(place, root) ? [root] : []
    await sweepDirectory({ dir: place, since, seen: swept, done, spare, originOf }, session)
    await sweepNamedDirs({ root, place, seen: swept, done }, session)
  }

  async function finish(): Promise<void> {
    const ended = building
    building = undefined
    atExit.delete(finish)
    if (!ended) return
    const { session, settled, written } = ended
    for (const [place, names] of settled) if (written.has(place)) retractMissing(names, place, session)
    if (settled.size > 0) await session.finish(...settled.keys())
  }
}

/** The same plugins: Rolldown takes them as they are, and its types differ only in what these hooks do not use. */
export function rolldownPlugins(open: OpenSession): RolldownPlugin[] {
  return rollupPlugins(open) as unknown as RolldownPlugin[]
}

/**
 * Warnings go where those of all plugins go. The summary is a table, which the bundlers would mark up as a message of a
 * plugin; it goes to standard error as their own progress does, since a bundle may go to standard output.
 */
function loggerOf(isQuiet: boolean, warn: (message: string) => void): Logger {
  return {
    isQuiet,
    info: (message) => {
      if (!isQuiet) console.error(message)
    },
    warn,
  }
}
