import { extensionsOf, type Format } from '@compress-fast/engine/sniff'
import { canonicalJson, digestOf } from '../cache/key.js'
import { BrokenAssetError, type CompressionError } from '../errors.js'
import type { AssetSession, BuildKind, Offered } from '../hosts/host.js'
import type { ResolvedOptions } from '../options.js'
import type { Asset, Outcome } from '../types.js'
import { extensionOf } from '../util/path.js'
import type { Stopwatch } from '../util/stopwatch.js'
import { createEagerness } from './eagerness.js'
import type { Ledger } from './ledger.js'
import type { Publisher } from './publish.js'
import { createSelect, mayBeImage } from './select.js'
import type { Warnings } from './warnings.js'
import { type Finding, type Found, find, type Tools } from './work.js'
import { isWorthShipping } from './worth.js'

/** What a session is made of. */
export interface SessionParts {
  readonly options: ResolvedOptions
  readonly tools: Omit<Tools, 'signal'>
  readonly ledger: Ledger
  readonly warnings: Warnings
  /** Runs while the build waits. */
  readonly clock: Stopwatch
  readonly publisher: Publisher
}

/** What is known only from the first asset of a build to its end, so that the next build looks again. */
interface Run {
  readonly found: Map<string, Promise<Finding>>
  /** Keys that were reported once; whoever asks again has the result from memory. */
  readonly reported: Set<string>
  /** Why no more work is begun, once the engine has said that it cannot. */
  stopped: CompressionError | undefined
  readonly abort: AbortController
  /** Gives back the share in the process's queue. */
  readonly release: () => void
}

/** An asset on its way to a line in the report. */
interface Candidate {
  readonly asset: Asset
  readonly place: string
  readonly digest: string
  readonly size: number
  readonly format: Format | null
}

/** What an asset is and how it is to be treated. */
type Settled = Pick<Offered, 'format' | 'settings'>

/** One set of resolved options at work: what was found in this run, what ships, what there is to tell. */
export function createSession(parts: SessionParts): AssetSession {
  const { options, tools, ledger, warnings, clock, publisher } = parts
  const { engine, keyOf, results, queue, inFlight } = tools
  const select = createSelect(options, engine.formats)
  const isSelective = options.include.length + options.exclude.length > 0
  // Our own results of any run. Seen again as input they are done, however they came back.
  const ownOutputs = new Set<string>()
  const salts = new Map<Format, string>()
  const eagerness = createEagerness()
  // Builds under way, by output folder.
  const places = new Map<string, BuildKind>()
  let run: Run | undefined

  return {
    wants: mayBeImage,
    offer,
    settle,
    warn: warnings.add,
    begin,
    finish,
    announce,
    isSelective,
    inline: options.inline,
  }

  function offer(asset: Asset, mayBegin: boolean): Offered | undefined {
    const selection = select(asset)
    if (selection.kind !== 'compress') return undefined
    const bytes = asset.bytes
    const digest = digestOf(bytes)
    const { format, settings } = selection
    const nameDigest = digestOf(Buffer.from(saltOf(selection) + digest))
    if (mayBegin && !ownOutputs.has(digest) && eagerness.wants()) {
      void prepare(keyOf(digest, format, settings), asset, selection)
    }
    return { nameDigest, digest, size: bytes.byteLength, format, settings }
  }

  /** Begins with a file that nobody waits for yet. */
  async function prepare(key: string, asset: Asset, chosen: Settled): Promise<void> {
    const finding = await look(key, asset, chosen)
    eagerness.learn(!('error' in finding) && finding.from !== 'engine')
  }

  async function settle(asset: Asset, place: string, offered?: Offered): Promise<Uint8Array | undefined> {
    clock.enter()
    try {
      return await (offered && !isSelective
        ? settleChosen({ asset, place, ...offered }, offered)
        : settleAny(asset, place))
    } finally {
      clock.leave()
    }
  }

  async function settleAny(asset: Asset, place: string): Promise<Uint8Array | undefined> {
    const selection = select(asset)
    if (selection.kind === 'ignore') return undefined
    const { bytes } = asset
    const candidate = { asset, place, digest: digestOf(bytes), size: bytes.byteLength, format: selection.format }
    if (selection.kind === 'compress') return settleChosen(candidate, selection)
    return isToldOf(candidate) ? undefined : keep(candidate, selection.reason)
  }

  async function settleChosen(candidate: Candidate, chosen: Settled): Promise<Uint8Array | undefined> {
    if (isToldOf(candidate)) return undefined
    if (ownOutputs.has(candidate.digest)) return keep(candidate, 'already-compressed')
    const { asset, digest } = candidate
    warnOfExtension(asset, chosen.format)
    const key = keyOf(digest, chosen.format, chosen.settings)
    const finding = await look(key, asset, chosen)
    if ('error' in finding) {
      // Told once. A failure may pass, so whoever asks later tries again.
      run?.found.delete(key)
      return fail(candidate, finding.error, finding.ms)
    }
    return ship(candidate, report(key, finding))
  }

  /** Whether this is our own result, which came back where it was put. */
  function isToldOf({ asset, place, digest }: Candidate): boolean {
    return ownOutputs.has(digest) && ledger.has(place, asset)
  }

  /** Finds a result or does the job, once in a run however often it is asked for. */
  function look(key: string, asset: Asset, { format, settings }: Settled): Finding | Promise<Finding> {
    run ??= createRun()
    const { found, stopped, abort } = run
    if (stopped) return { error: stopped, ms: 0 }
    const known = found.get(key)
    if (known) return known
    const finding = find({ key, source: asset, format, settings }, { ...tools, signal: abort.signal })
    found.set(key, finding)
    return finding
  }

  /** What was found, as the report tells it: the first to ask has it from where it came, the others from memory. */
  function report(key: string, found: Found): Found {
    if (run?.reported.has(key)) return { ...found, from: 'memory', ms: 0 }
    run?.reported.add(key)
    return found
  }

  function ship(candidate: Candidate, { verdict, from, ms }: Found): Uint8Array | undefined {
    const line = { ...lineOf(candidate), from, ms: Math.round(ms) }
    const reason = verdict.gain ? smallGain(line.before, verdict.bytes) : verdict.reason
    if (!verdict.gain || reason !== null) {
      ledger.add(candidate.place, { ...line, reason })
      return undefined
    }
    const { bytes, digest, quality } = verdict
    ownOutputs.add(digest)
    const after = bytes.byteLength
    ledger.add(candidate.place, { ...line, outcome: 'compressed', after, quality, digest: `sha256-${digest}` })
    return bytes
  }

  function smallGain(before: number, { byteLength }: Uint8Array): string | null {
    return isWorthShipping(before, byteLength, options.minSavings) ? null : 'small-gain'
  }

  function keep(candidate: Candidate, reason: string): undefined {
    const { path } = candidate.asset
    if (reason === 'broken-asset') return fail(candidate, notAnImage(candidate.asset), 0)
    ledger.add(candidate.place, { ...lineOf(candidate), reason })
    if (reason === 'lfs-pointer') {
      const message = `${path} is a Git-LFS pointer, not the file that it stands for.`
      warnings.add('LFS_POINTER', message, 'Run `git lfs pull` before the build.')
    }
    return undefined
  }

  function fail(candidate: Candidate, error: CompressionError, ms: number): undefined {
    const reason = error.code.toLowerCase().replaceAll('_', '-')
    // Text that looks like inlined data may be part of something else, and is no broken file then.
    if (candidate.asset.origin === 'inline' && reason === 'broken-asset') {
      ledger.add(candidate.place, { ...lineOf(candidate), reason })
      return undefined
    }
    ledger.add(candidate.place, { ...lineOf(candidate), outcome: 'failed', reason, ms: Math.round(ms) })
    const isRunOver = error.scope === 'run'
    if (isRunOver && run) run.stopped = error
    if (options.onError === 'keep') return undefined
    const message = isRunOver ? error.message : `${candidate.asset.path}: ${error.message}`
    if (options.onError === 'fail') {
      run?.abort.abort()
      throw Object.assign(error, { message })
    }
    warnings.add(error.code, message, error.hint)
    return undefined
  }

  function warnOfExtension({ path, origin }: Asset, format: Format): void {
    if (origin === 'inline' || extensionsOf(format).includes(extensionOf(path))) return
    const message = `${path} is a ${format} file by its content.`
    warnings.add('WRONG_EXTENSION', message, 'It was treated as what it is. Rename the source to match.')
  }

  /** Whatever could make the same source ship as other bytes. */
  function saltOf({ settings, format }: Settled): string {
    const { id, version } = engine
    const known = salts.get(format)
    const salt = known ?? canonicalJson({ settings, minSavings: options.minSavings, engine: { id, version } })
    salts.set(format, salt)
    return salt
  }

  function createRun(): Run {
    const release = queue.limit(options.concurrency)
    const abort = new AbortController()
    return { found: new Map(), reported: new Set(), stopped: undefined, abort, release }
  }

  function begin(place: string, kind: BuildKind): void {
    // A build that failed may never have come to its end, and would go on failing for others.
    if (run?.stopped || run?.abort.signal.aborted) endRun()
    const isAlone = places.size === 0 || (places.size === 1 && places.has(place))
    if (kind === 'whole' && isAlone) {
      ledger.clear()
      warnings.clear()
    }
    ledger.forget(place)
    places.set(place, kind)
  }

  function endRun(): void {
    run?.release()
    run = undefined
  }

  function announce(): void {
    publisher.announce('whole')
  }

  async function finish(place: string): Promise<void> {
    const kind = places.get(place) ?? 'whole'
    places.delete(place)
    endRun()
    await results.settle?.()
    await publisher.publish(kind)
    // Whoever needs it next starts it again; an idle process has no business in watch mode.
    if (inFlight.size === 0) await engine.close?.()
  }
}

function lineOf({ asset, digest, size, format }: Candidate): Outcome {
  const { path, source, origin } = asset
  const unchanged = { before: size, after: size, digest: `sha256-${digest}`, quality: null }
  return { path, source, origin, format, ...unchanged, outcome: 'kept', from: null, reason: null, ms: 0 }
}

function notAnImage({ bytes }: Asset): BrokenAssetError {
  const what = bytes.byteLength === 0 ? 'the file is empty' : 'its content is not that of an image'
  return new BrokenAssetError(`${what}.`, { hint: 'It ships as it is. Replace the source, or list it in `exclude`.' })
}
