import { BrokenAssetError, type CompressionError, damagedAsset } from '../errors.js'
import type { Offered } from '../hosts/host.js'
import type { ResolvedOptions } from '../options.js'
import type { PictureStore } from '../report/pictures.js'
import type { Asset, Format, Receipt } from '../types.js'
import { lockedOf } from './locking.js'
import type { Warnings } from './warnings.js'
import type { Found, Maker } from './work.js'
import { isWorthShipping } from './worth.js'

/** What receipts are made with. */
export interface ReceiptParts {
  readonly options: Pick<ResolvedOptions, 'minSavings'>
  readonly warnings: Warnings
  /** Keeps what the report shows, where it shows pictures. */
  readonly pictures: PictureStore | undefined
  /** Digests of our own results: each that ships is added. */
  readonly ownOutputs: Set<string>
}

/** An asset on its way to a result. */
export interface Candidate {
  readonly asset: Asset
  readonly digest: string
  readonly size: number
  readonly format: Format | null
}

/** What an asset is and how it is to be treated. */
export type Chosen = Pick<Offered, 'format' | 'settings' | 'asked'>

/** What became of an asset: its line in the report but for its place, bytes where they are fewer, an error where there was one. */
export interface Worked {
  readonly receipt: Receipt
  readonly bytes?: Uint8Array
  readonly error?: CompressionError
}

/** The ends an asset can come to, each with its receipt. */
export interface Receipts {
  /** It was looked at by an engine, now or before: the result ships where that is worth it. */
  ship(candidate: Candidate, chosen: Chosen, found: Found & { readonly maker: Maker }): Worked
  /** It ships as it is, as nothing is to be done with it. */
  keep(candidate: Candidate, reason: string): Worked
  /** A frozen build may not work on it; the end of the build tells of all such assets together. */
  refuse(candidate: Candidate, reason: string): Worked
  /** It ships as it is, as something went wrong. */
  fail(candidate: Candidate, error: CompressionError, ms: number): Worked
}

export function createReceipts({ options, warnings, pictures, ownOutputs }: ReceiptParts): Receipts {
  return { ship, keep, refuse, fail }

  function ship(candidate: Candidate, chosen: Chosen, { verdict, from, ms, maker }: Found & { maker: Maker }): Worked {
    const locked = lockedOf(maker, candidate.digest, chosen, verdict)
    const line = { ...unchanged(candidate), from, ms: Math.round(ms), locked }
    const reason = verdict.gain ? smallGain(line.before, verdict.bytes) : verdict.reason
    if (reason === 'broken-asset') return fail(candidate, damagedAsset(candidate.format ?? 'broken'), ms)
    if (!verdict.gain || reason !== null) return { receipt: { ...line, reason } }
    const { bytes, digest, quality } = verdict
    ownOutputs.add(digest)
    const after = bytes.byteLength
    const receipt = { ...line, outcome: 'compressed', after, quality, digest: `sha256-${digest}` } as const
    if (candidate.format) {
      pictures?.keep(receipt.digest, { format: candidate.format, before: candidate.asset.bytes, after: bytes })
    }
    return { bytes, receipt }
  }

  function smallGain(before: number, { byteLength }: Uint8Array): string | null {
    return isWorthShipping(before, byteLength, options.minSavings) ? null : 'small-gain'
  }

  function keep(candidate: Candidate, reason: string): Worked {
    if (reason === 'broken-asset') return fail(candidate, notWhatItSays(candidate.asset), 0)
    if (reason === 'lfs-pointer') {
      const message = `${candidate.asset.path} is a Git-LFS pointer, not the file that it stands for.`
      warnings.add('LFS_POINTER', message, 'Run `git lfs pull` before the build.')
    }
    return { receipt: { ...unchanged(candidate), reason } }
  }

  function refuse(candidate: Candidate, reason: string): Worked {
    return { receipt: { ...unchanged(candidate), outcome: 'failed', reason } }
  }

  function fail(candidate: Candidate, error: CompressionError, ms: number): Worked {
    const reason = error.code.toLowerCase().replaceAll('_', '-')
    // Text that looks like inlined data may be part of something else, and is no broken file then.
    if (candidate.asset.origin === 'inline' && reason === 'broken-asset') {
      return { receipt: { ...unchanged(candidate), reason } }
    }
    return { error, receipt: { ...unchanged(candidate), outcome: 'failed', reason, ms: Math.round(ms) } }
  }
}

/** What the report says of an asset that ships as it is. */
function unchanged({ digest, size, format }: Candidate): Receipt {
  const facts = { format, before: size, after: size, digest: `sha256-${digest}`, quality: null }
  return { ...facts, outcome: 'kept', from: null, reason: null, ms: 0 }
}

function notWhatItSays({ bytes }: Asset): BrokenAssetError {
  const what = bytes.byteLength === 0 ? 'the file is empty' : 'its content is not what its name says'
  return new BrokenAssetError(`${what}.`, { hint: 'It ships as it is. Replace the source, or list it in `exclude`.' })
}
