import { BitWriter } from './bits.js'
import { type BlockCode, codeFor, writeBlock } from './block.js'
import { type Matches, MatchFinder } from './matches.js'
import { type Costs, costsOf, firstCosts, parse, type Scratch, scratchFor } from './parse.js'
import { splitBlocks } from './split.js'
import { addTokens, emptyHistogram, type Tokens } from './tokens.js'

/** How hard to look. */
export interface DeflateEffort {
  /** Earlier positions looked at for each byte. */
  readonly depth: number
  /** Parses of a block, each with what the one before would cost. */
  readonly rounds: number
}

interface Block {
  readonly tokens: Tokens
  readonly code: BlockCode
}

/**
 * A deflate stream that tells `bytes` in as few bits as can be found: matches are chosen by what they and everything
 * after them cost, and blocks begin where a new code pays. zlib takes the longest match at hand instead.
 */
export function deflateOptimal(bytes: Uint8Array, effort: DeflateEffort): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(3, 0)
  const out = new BitWriter()
  const finder = new MatchFinder(bytes, effort.depth)
  let costs = firstCosts()
  for (let matches = finder.next(); matches !== null; matches = finder.next()) {
    const scratch = scratchFor(matches.to - matches.from)
    const draft = refine(bytes, matches, costs, scratch)
    costs = costsOf(addTokens(emptyHistogram(), draft))
    const blocks = blocksOf(bytes, matches, draft, effort, scratch)
    for (const [i, { tokens, code }] of blocks.entries()) {
      writeBlock(out, tokens, code, matches.to === bytes.length && i === blocks.length - 1)
    }
  }
  return out.finish()
}

/** A first parse of a whole run, with costs that a parse before it told. */
function refine(bytes: Uint8Array, matches: Matches, costs: Costs, scratch: Scratch): Tokens {
  const rough = parse(bytes, matches, matches.from, matches.to, costs, scratch)
  return parse(bytes, matches, matches.from, matches.to, costsOf(addTokens(emptyHistogram(), rough)), scratch)
}

function blocksOf(
  bytes: Uint8Array,
  matches: Matches,
  draft: Tokens,
  { rounds }: DeflateEffort,
  scratch: Scratch,
): Block[] {
  let token = 0
  let start = matches.from
  return splitBlocks(draft).map((end) => {
    const tokens = slice(draft, token, end)
    const stop = start + sizeOf(tokens)
    const block = improve(bytes, matches, start, stop, tokens, rounds, scratch)
    token = end
    start = stop
    return block
  })
}

/** The smallest of several parses of one block. */
function improve(
  bytes: Uint8Array,
  matches: Matches,
  start: number,
  end: number,
  first: Tokens,
  rounds: number,
  scratch: Scratch,
): Block {
  let best: Block = { tokens: first, code: codeFor(first) }
  let tokens = first
  for (let round = 0; round < rounds; round++) {
    tokens = parse(bytes, matches, start, end, costsOf(addTokens(emptyHistogram(), tokens)), scratch)
    const code = codeFor(tokens)
    if (code.bits >= best.code.bits) break
    best = { tokens, code }
  }
  return best
}

function slice({ values, distances }: Tokens, start: number, end: number): Tokens {
  return { count: end - start, values: values.subarray(start, end), distances: distances.subarray(start, end) }
}

function sizeOf({ count, values, distances }: Tokens): number {
  let size = 0
  for (let i = 0; i < count; i++) size += distances[i] === 0 ? 1 : (values[i] as number)
  return size
}
