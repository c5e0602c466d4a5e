import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import pLimit from 'p-limit'
import { accountId } from './api/account-id.js'
import type { ServiceSettings } from './api/open-service.js'
import { createDiskCache } from './cache/disk.js'
import { canonicalJson } from './cache/key.js'
import { createLayeredCache, type Layer } from './cache/layered.js'
import { resolveCacheDir } from './cache/location.js'
import { createMemoryCache } from './cache/memory.js'
import { type ApiEngineParts, createApiEngine } from './engine/api.js'
import type { Engine } from './engine/engine.js'
import { createLocalEngine, type LocalEngine } from './engine/local.js'
import type { AssetSession, Logger, OpenSession } from './hosts/host.js'
import { createLockFile, type LockFile } from './lock/lock-file.js'
import { pinnedVersion } from './lock/pin.js'
import type { Options, Pattern, ResolvedOptions } from './options.js'
import { createLedger } from './pipeline/ledger.js'
import { createProgress } from './pipeline/progress.js'
import { createPublisher } from './pipeline/publish.js'
import { createReportFiles } from './pipeline/report-files.js'
import { createSession } from './pipeline/session.js'
import { createPalette, createScreen, showsColours } from './pipeline/terminal.js'
import { createWarnings } from './pipeline/warnings.js'
import { createKeyOf, type Maker } from './pipeline/work.js'
import { numberOf, remoteId, remoteLayer } from './remote-layer.js'
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
  const { inFlight } = shared
  const ledger = createLedger()
  const warnings = createWarnings()
  const clock = createStopwatch()
  const dir = cacheDirOf(options, root)
  const warn = (message: string, hint: string) => warnings.add('CACHE_TROUBLE', message, hint)
  const results = createLayeredCache(layersOf(options, dir, warn))
  const lock = lockFileOf(options, root, shared)
  const makers = { options, shared, dir, lock, warn }
  const first = makerOf(options.engine, makers)
  const watch = createProgress(createScreen(process.stderr, process.env, options.report.terminal, logger))
  const palette = createPalette(showsColours(process.stdout, process.env))
  const pictures = options.report.html === null ? undefined : createPictureStore()
  const files = createReportFiles({ options, root, warnings, pictures })
  const mark = (line: string) => void process.stderr.write(`${line}\n`)
  const telling = { options, root, ledger, warnings, clock, palette, logger, files, mark }
  const publisher = createPublisher({ ...telling, engine: first.engine })
  const fallback = options.fallback && {
    maker: makerOf(options.fallback.engine, makers),
    isStandIn: options.fallback.isStandIn,
  }
  const tools = { ...first, results, inFlight, watch }
  return createSession({ options, root, tools, fallback, ledger, warnings, clock, publisher, pictures, lock })
}

/** The engine of the service, which asks nothing of it before it is used. */
export function serviceEngineOf(options: Options, root: string): Engine {
  const resolved = resolveOptions(options)
  const dir = cacheDirOf(resolved, root)
  return makerOf('api', { options: resolved, shared: sharedState(), dir, lock: null, warn: () => undefined }).engine
}

/** What engines are made from. */
interface MakerParts {
  readonly options: ResolvedOptions
  readonly shared: SharedState
  /** The cache folder, `null` without one. */
  readonly dir: string | null
  readonly lock: LockFile | null
  readonly warn: (message: string, hint: string) => void
}

/** An engine and what is its own. The one on this machine looks at its results itself, and at those of others. */
function makerOf(kind: ResolvedOptions['engine'], { options, shared, dir, lock, warn }: MakerParts): Maker {
  const local = pinned(localEngine(shared), lock)
  const own = { queue: shared.queue }
  if (kind === 'local') return { engine: local, keyOf: createKeyOf(local), check: undefined, ...own }
  if (kind !== 'api') return { engine: kind, keyOf: createKeyOf(kind), check: local.check, ...own }
  const ledgerDir = dir === null ? null : join(dir, 'uploads')
  const api = createApiEngine({ settings: serviceOf(options), survey, verify: createVerify(local), ledgerDir, warn })
  // Results are looked at by processes, which are to end with it.
  const close = async () => void (await Promise.all([api.close?.(), local.close?.()]))
  const engine = { ...api, close }
  // It waits more than it works, so that it has a queue of its own.
  const { serviceQueue: queue } = shared
  return { engine, keyOf: createKeyOf(engine), check: undefined, queue, most: options.api.concurrency }
}

function serviceOf({ api }: ResolvedOptions): ServiceSettings | null {
  const { key, url, ...limits } = api
  return key === null ? null : { key, url: new URL(url), ...limits }
}

const survey: ApiEngineParts['survey'] = async (...args) => (await import('./pipeline/survey.js')).surveyOf(...args)

/** Headers first; what they do not tell is decoded by the codecs, where these are installed, in their own processes. */
function createVerify({ check }: LocalEngine): ApiEngineParts['verify'] {
  // Decoding is work for this machine, however many files are on their way.
  const limit = pLimit(availableParallelism())
  return async ({ format, settings, signal }, source, result) => {
    const { objection } = await import('./pipeline/judge.js')
    return objection(format, source, result, settings.resize) ?? limit(() => check(source, result, settings, signal))
  }
}

function localEngine(shared: SharedState): LocalEngine {
  shared.local ??= createLocalEngine()
  return shared.local
}

/** The engine on this machine under the version that the lock file speaks of. */
function pinned(local: LocalEngine, lock: LockFile | null): LocalEngine {
  try {
    return { ...local, version: pinnedVersion(local, lock?.read()?.lines ?? []) }
  } catch {
    // Whoever is to write the file has more to say about it.
    return local
  }
}

function lockFileOf({ lockFile }: ResolvedOptions, root: string, { lockFiles }: SharedState): LockFile | null {
  if (lockFile === null) return null
  const path = resolve(root, lockFile.path)
  const file = lockFiles.get(path) ?? createLockFile(path, root)
  lockFiles.set(path, file)
  return file
}

/** Where the results of a project are kept, absolute; `null` where none are. */
export function cacheDirOf({ cache }: Pick<ResolvedOptions, 'cache'>, root: string): string | null {
  if (cache === false) return null
  return cache.dir === null ? resolveCacheDir(root, process.env) : resolve(root, cache.dir)
}

function layersOf({ cache }: ResolvedOptions, dir: string | null, warn: MakerParts['warn']): Layer[] {
  const memory: Layer = { name: 'memory', cache: createMemoryCache() }
  if (cache === false || dir === null) return [memory]
  const disk: Layer = { name: 'disk', cache: createDiskCache({ dir, maxSize: cache.maxSize, warn }) }
  const remote = cache.remote && remoteLayer(cache.remote, warn)
  return remote ? [memory, disk, remote] : [memory, disk]
}

/** A text that is the same for the same project and options. */
function sessionId(options: ResolvedOptions, root: string, { engines }: SharedState): string {
  const { engine, fallback, api, cache, include, exclude, overrides, ...plain } = options
  const texts = (patterns: readonly Pattern[]) => patterns.map((pattern) => [typeof pattern, String(pattern)])
  return canonicalJson({
    ...plain,
    root,
    cache: cache && { ...cache, remote: cache.remote && remoteId(cache.remote, engines) },
    engine: nameOf(engine, engines),
    fallback: fallback && { ...fallback, engine: nameOf(fallback.engine, engines) },
    // The digest that tells accounts apart, so that the key itself is kept nowhere.
    api: { ...api, key: api.key && accountId(new URL(api.url), api.key) },
    overrides: overrides.map(({ files, settings }) => ({ files: texts(files), settings })),
    include: texts(include),
    exclude: texts(exclude),
  })
}

/** The word for one of ours, a number for one that a user brought. */
function nameOf(engine: ResolvedOptions['engine'], engines: WeakMap<object, number>): string | number {
  return typeof engine === 'string' ? engine : numberOf(engine, engines)
}
