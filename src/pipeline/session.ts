import { digestOf } from '../cache/key.js'
import type { CompressionError } from '../errors.js'
import type { AssetSession, BuildKind, Offered, Shrunk } from '../hosts/host.js'
import type { LockFile } from '../lock/lock-file.js'
import type { ResolvedOptions } from '../options.js'
import type { PictureStore } from '../report/pictures.js'
import type { Asset, Receipt } from '../types.js'
import type { Stopwatch } from '../util/stopwatch.js'
import type { Deadline } from './deadline.js'
import { createDecisions } from './decide.js'
import { createEagerness } from './eagerness.js'
import { createFrozen } from './frozen.js'
import type { Ledger } from './ledger.js'
import { createLocking } from './locking.js'
import { createMakers, type Fallback, takes } from './makers.js'
import type { Publisher } from './publish.js'
import { type Candidate, type Chosen, createReceipts, type Worked } from './receipts.js'
import { createRun, type Run, type Task } from './run.js'
import { createSalts } from './salts.js'
import { mayShrink } from './select.js'
import type { Warnings } from './warnings.js'
import { createWishes } from './wishes.js'
import type { Tools } from './work.js'

/** What a session is made of. */
export interface SessionParts {
  readonly options: ResolvedOptions
  /** The project's root folder. */
  readonly root: string
  readonly tools: Omit<Tools, 'signal' | 'isHurried'>
  readonly fallback?: Fallback | null
  readonly ledger: Ledger
  readonly warnings: Warnings
  /** Runs while the build waits. */
  readonly clock: Stopwatch
  readonly publisher: Publisher
  /** Keeps what the report shows, where it shows pictures. */
  readonly pictures?: PictureStore | undefined
  /** The project's lock file; absent where there is to be none. */
  readonly lock?: LockFile | null
}

/** One set of resolved options at work: what was found in this run, what ships, what there is to tell. */
export function createSession(parts: SessionParts): AssetSession {
  const { options, root, tools, ledger, warnings, clock, publisher, pictures, lock = null } = parts
  const { engine, results, inFlight } = tools
  const makers = createMakers(tools, parts.fallback ?? null)
  const locking = createLocking({ lock, options, root, ledger, warnings, results })
  const frozen = options.frozen ? createFrozen({ lock, options, makers, results }) : null
  const isSelective = options.include.length + options.exclude.length + options.overrides.length > 0
  const wishes = createWishes()
  const { decide, wishOf } = createDecisions({ options, root, formats: makers.formats, wishes, warnings })
  const { nameDigest, settingsDigest } = createSalts(options, engine)
  // Our own results of any run. Seen again as input they are done, however they came back.
  const ownOutputs = new Set<string>()
  const { ship, keep, refuse, fail } = createReceipts({ options, warnings, pictures, ownOutputs })
  const eagerness = createEagerness()
  // Builds under way, by output folder.
  const places = new Set<string>()
  // What kind each folder's last build is or was: some come to their end twice.
  const kinds = new Map<string, BuildKind>()
  // All folders that were built since the report began.
  const built = new Set<string>()
  // Digests of what was told since builds began. Whoever comes later with the same has the result from memory.
  const told = new Set<string>()
  let run: Run | undefined

  return {
    wants: mayShrink,
    offer,
    settle,
    shrink,
    glance,
    tell,
    retract: (path, place) => ledger.drop(place, { path, origin: 'bundle' }),
    wishOf,
    request: (bytes, wish, importer) => wishes.add(importer, digestOf(bytes), wish),
    withdraw: wishes.withdraw,
    warn: warnings.add,
    begin,
    finish,
    announce,
    importedBy: ledger.link,
    wantsImporters: options.report.html !== null,
    isSelective,
    inline: options.inline,
    dirs: options.dirs,
    settingsDigest,
  }

  function offer(asset: Asset, mayBegin: boolean): Offered | undefined {
    const decision = decide(asset)
    if (decision.kind !== 'compress') return undefined
    const { digest, format, settings, asked } = decision
    if (mayBegin && !frozen && !ownOutputs.has(digest) && eagerness.wants()) {
      const task = taskOf(asset, digest, { format, settings })
      // What no engine takes is not begun either: it could cost money.
      if (takes(task.maker.engine, format, settings)) void prepare(task)
    }
    return {
      nameDigest: nameDigest(digest, settings),
      digest,
      size: asset.bytes.byteLength,
      format,
      settings,
      ...(asked !== undefined && { asked }),
    }
  }

  /** Begins with a file that nobody waits for yet. */
  async function prepare(task: Task): Promise<void> {
    const finding = await current().look(task)
    eagerness.learn(!('error' in finding) && finding.from !== 'engine')
  }

  async function settle(asset: Asset, place: string, offered?: Offered): Promise<Uint8Array | undefined> {
    const { deadline } = enter()
    try {
      const worked = await (offered && !mayDiffer(asset, offered)
        ? workOn({ asset, ...offered }, offered, place)
        : workOnAny(asset, place))
      if (!worked) return undefined
      tell(asset, place, worked.receipt)
      if (worked.error) complain(worked.error, asset)
      return worked.bytes
    } finally {
      leave(deadline)
    }
  }

  async function shrink(asset: Asset): Promise<Shrunk> {
    const { deadline } = enter()
    try {
      const worked = await workOnAny(asset)
      // Bundlers collect what goes wrong with modules. What was stopped because of one failure is not worth telling.
      const isStopped = options.onError === 'fail' && run?.isAborted
      if (worked?.error && !isStopped) complain(worked.error, asset)
      return { bytes: worked?.bytes, receipt: worked?.receipt }
    } finally {
      leave(deadline)
    }
  }

  function glance(asset: Asset): Receipt | undefined {
    clock.enter()
    try {
      return glanceAt(asset)
    } finally {
      clock.leave()
    }
  }

  function glanceAt(asset: Asset): Receipt | undefined {
    const decision = decide(asset)
    if (decision.kind !== 'compress' || ownOutputs.has(decision.digest) || frozen) return undefined
    const task = taskOf(asset, decision.digest, decision)
    if (!takes(task.maker.engine, decision.format, decision.settings)) return undefined
    const known = results.peek?.(task.key)
    if (!known || known.verdict.gain) return undefined
    const candidate = { asset, digest: decision.digest, size: asset.bytes.byteLength, format: decision.format }
    const { receipt, error } = ship(candidate, decision, { ...known, ms: 0, maker: task.maker })
    return error ? undefined : receipt
  }

  function current(): Run {
    run ??= createRun({ options, makers, tools, warnings })
    return run
  }

  /** Somebody waits for the run from here on. */
  function enter(): Run {
    const entered = current()
    clock.enter()
    entered.deadline.enter()
    return entered
  }

  function leave(deadline: Deadline): void {
    deadline.leave()
    clock.leave()
  }

  function tell(file: Parameters<AssetSession['tell']>[0], place: string, said: Receipt): void {
    const { path, source, alsoFrom, origin } = file
    const { locked, ...receipt } = frozen?.confirm(said) ?? said
    const isAgain = receipt.from !== null && told.has(receipt.digest)
    told.add(receipt.digest)
    const outcome = { path, source, origin, ...receipt, ...(isAgain && { from: 'memory' as const, ms: 0 }) }
    ledger.add(place, outcome, { locked, alsoFrom })
  }

  /** Whether more is known now of what an asset is to be than when it was offered. */
  function mayDiffer({ alsoFrom }: Asset, { digest }: Offered): boolean {
    return isSelective || alsoFrom !== undefined || wishes.of(digest).length > 0
  }

  async function workOnAny(asset: Asset, place?: string): Promise<Worked | undefined> {
    const decision = decide(asset)
    if (decision.kind === 'ignore') return undefined
    const { bytes } = asset
    const digest = decision.kind === 'compress' ? decision.digest : digestOf(bytes)
    const candidate = { asset, digest, size: bytes.byteLength, format: decision.format }
    if (decision.kind === 'compress') return workOn(candidate, decision, place)
    return isToldOf(candidate, place) ? undefined : keep(candidate, decision.reason)
  }

  /** @returns `undefined` for our own result, which came back where it was put and was told of. */
  async function workOn(candidate: Candidate, chosen: Chosen, place?: string): Promise<Worked | undefined> {
    if (isToldOf(candidate, place)) return undefined
    if (ownOutputs.has(candidate.digest)) return keep(candidate, 'already-compressed')
    const task = taskOf(candidate.asset, candidate.digest, chosen)
    if (!takes(task.maker.engine, chosen.format, chosen.settings)) return keep(candidate, 'unsupported-settings')
    const finding = await (frozen ? frozen.look(task) : current().lookInTime(task))
    if (finding === 'late') return keep(candidate, 'deadline')
    if ('refused' in finding) return refuse(candidate, finding.refused)
    return 'error' in finding ? fail(candidate, finding.error, finding.ms) : ship(candidate, chosen, finding)
  }

  function taskOf(source: Asset, digest: string, { format, settings }: Chosen): Task {
    const maker = makers.of(format, settings)
    return { key: maker.keyOf(digest, format, settings), source, digest, format, settings, maker }
  }

  function isToldOf({ asset, digest }: Candidate, place: string | undefined): boolean {
    return place !== undefined && ownOutputs.has(digest) && ledger.has(place, asset)
  }

  /** Says what went wrong, in the way that the user asked for. */
  function complain(error: CompressionError, { path }: Asset): void {
    const isRunOver = error.scope === 'run'
    if (options.onError === 'keep') return
    const message = isRunOver ? error.message : `${path}: ${error.message}`
    if (options.onError === 'fail') {
      run?.abort()
      throw Object.assign(error, { message })
    }
    warnings.add(error.code, message, error.hint)
  }

  function begin(place: string, kind: BuildKind): void {
    // A build that failed may never have come to its end, and would go on failing for others.
    if (run?.isSpent) endRun()
    frozen?.forget()
    const isAlone = places.size === 0 || (places.size === 1 && places.has(place))
    if (isAlone) told.clear()
    // What is built for the first time may be the next of several that a script or a framework runs one by one.
    if ((kind === 'whole' || kind === 'first') && isAlone && (built.size === 0 || built.has(place))) {
      built.clear()
      ledger.clear()
      warnings.clear()
    }
    built.add(place)
    ledger.forget(place)
    places.add(place)
    kinds.set(place, kind)
  }

  function endRun(): void {
    run?.end()
    run = undefined
  }

  function announce(): void {
    publisher.announce('whole')
  }

  async function finish(...ended: readonly string[]): Promise<void> {
    const kind = ended.map((place) => kinds.get(place)).find(Boolean) ?? 'whole'
    for (const place of ended) places.delete(place)
    endRun()
    await Promise.all([results.settle?.(), locking.update(built)])
    for (const { engine } of makers.all) ledger.spend(engine.takeCredits?.() ?? 0)
    try {
      await publisher.publish(kind, frozen?.faults())
    } finally {
      // Whoever needs it next starts it again; an idle process has no business in watch mode.
      if (inFlight.size === 0) for (const { engine } of makers.all) await engine.close?.()
    }
  }
}
