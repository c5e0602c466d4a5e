import { resolve } from 'node:path'
import { createDiskCache } from './cache/disk.js'
import { canonicalJson } from './cache/key.js'
import { createLayeredCache, type Layer } from './cache/layered.js'
import { resolveCacheDir } from './cache/location.js'
import { createMemoryCache } from './cache/memory.js'
import type { Engine } from './engine/engine.js'
import { createLocalEngine, type LocalEngine } from './engine/local.js'
import type { AssetSession, Logger, OpenSession } from './hosts/host.js'
import type { Options, Pattern, ResolvedOptions } from './options.js'
import { createLedger } from './pipeline/ledger.js'
import { createProgress } from './pipeline/progress.js'
import { createPublisher } from './pipeline/publish.js'
import { createReportFiles } from './pipeline/report-files.js'
import { createSession } from './pipeline/session.js'
import { createPalette, createScreen, showsColours } from './pipeline/terminal.js'
import { createWarnings, type Warnings } from './pipeline/warnings.js'
import { createKeyOf, type Tools } from './pipeline/work.js'
import { createPictureStore } from './report/pictures.js'
import { resolveOptions } from './resolve-options.js'
import { type SharedState, sharedState } from './shared-state.js'
import { createStopwatch } from './util/stopwatch.js'

/**
 * What a host opens its sessions with.
 * @throws {OptionError} When an option has no meaning as given.
 */
export function openerOf(options: Options | undefined): OpenSession {
  const resolved = resolveOptions(options)
  return (root, logger) => openSession(resolved, root, logger)
}

/**
 * The session of a project under these options: the same one for all plugins, environments and outputs in the process.
 * This is where implementations are chosen.
 */
function openSession(options: ResolvedOptions, root: string, logger: Logger): AssetSession {
  const shared = sharedState()
  const id = sessionId(options, root, shared)
  const known = shared.sessions.get(id)
  if (known) {
    known.listen(logger)
    return known.session
  }
  // Each build brings its own logger, and the session outlives it.
  const heard = { logger }
  const session = makeSession(options, root, shared, () => heard.logger)
  shared.sessions.set(id, { session, listen: (next) => Object.assign(heard, { logger: next }) })
  return session
}

function makeSession(options: ResolvedOptions, root: string, shared: SharedState, logger: () => Logger): AssetSession {
  const { queue, inFlight } = shared
  const engine = engineOf(options, shared)
  const ledger = createLedger()
  const warnings = createWarnings()
  const clock = createStopwatch()
  const results = createLayeredCache(layersOf(options, root, warnings))
  const watch = createProgress(createScreen(process.stderr, process.env, options.report.terminal, logger))
  const palette = createPalette(showsColours(process.stdout, process.env))
  const pictures = options.report.html === null ? undefined : createPictureStore()
  const files = createReportFiles({ options, root, warnings, pictures })
  const mark = (line: string) => void process.stderr.write(`${line}\n`)
  const publisher = createPublisher({ options, root, engine, ledger, warnings, clock, palette, logger, files, mark })
  const tools = { engine, keyOf: createKeyOf(engine), check: checkOf(options, shared), results, queue, inFlight, watch }
  return createSession({ options, root, tools, ledger, warnings, clock, publisher, pictures })
}

function engineOf({ engine }: ResolvedOptions, shared: SharedState): Engine {
  return typeof engine === 'object' ? engine : localEngine(shared)
}

/** The local engine looks at its own results. Those of others are looked at by it. */
function checkOf({ engine }: ResolvedOptions, shared: SharedState): Tools['check'] {
  return typeof engine === 'object' ? localEngine(shared).check : undefined
}

function localEngine(shared: SharedState): LocalEngine {
  shared.local ??= createLocalEngine()
  return shared.local
}

function layersOf({ cache }: ResolvedOptions, root: string, warnings: Warnings): Layer[] {
  const memory: Layer = { name: 'memory', cache: createMemoryCache() }
  if (cache === false) return [memory]
  const dir = cache.dir === null ? resolveCacheDir(root, process.env) : resolve(root, cache.dir)
  const warn = (message: string, hint: string) => warnings.add('CACHE_TROUBLE', message, hint)
  return [memory, { name: 'disk', cache: createDiskCache({ dir, maxSize: cache.maxSize, warn }) }]
}

/** A text that is the same for the same project and options. */
function sessionId(options: ResolvedOptions, root: string, { engines }: SharedState): string {
  const { engine, include, exclude, overrides, ...plain } = options
  const texts = (patterns: readonly Pattern[]) => patterns.map((pattern) => [typeof pattern, String(pattern)])
  return canonicalJson({
    ...plain,
    root,
    engine: typeof engine === 'object' ? numberOf(engine, engines) : engine,
    overrides: overrides.map(({ files, settings }) => ({ files: texts(files), settings })),
    include: texts(include),
    exclude: texts(exclude),
  })
}

let lastNumber = 0

function numberOf(engine: Engine, engines: WeakMap<object, number>): number {
  const number = engines.get(engine) ?? ++lastNumber
  engines.set(engine, number)
  return number
}
