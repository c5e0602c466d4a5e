import type { CompressOptions, Format } from '@compress-fast/engine'
import { randomOf } from '../images.js'
import { embed } from './embed.js'
import { damage } from './mutate.js'
import { formats, type Source } from './sources.js'

/** One damaged file and how it is to be compressed. */
export interface Case {
  /** What it was made of and how, for people. */
  readonly about: string
  readonly format: Format
  readonly bytes: Buffer
  readonly options: CompressOptions
}

/** What documents hold. */
const pictures = ['jpeg', 'png', 'gif'] as const

/** The case of a number: the same for the same seed and sources, whatever came before it. */
export function makeCase(seed: number, index: number, sources: ReadonlyMap<Format, readonly Source[]>): Case {
  const random = randomOf(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(index + 1, 0xc2b2ae35))
  const pick = <T>(values: readonly T[]): T => {
    const value = values[Math.floor(random() * values.length)]
    if (value === undefined) throw new RangeError('nothing to choose from')
    return value
  }
  const format = formats[index % formats.length] ?? 'jpeg'
  const damaged = (of: Format): { about: string; bytes: Buffer } => {
    const own = sources.get(of) ?? []
    const source = pick(own)
    const { how, bytes } = damage(source, pick(random() < 0.7 ? own : [...sources.values()].flat()), random)
    return { about: `${source.name}, ${how}`, bytes }
  }
  // Damage to a document seldom gets past its directory, so that half of it is done to what lies in there.
  const kind = pick(pictures)
  const picture = random() < 0.5 ? damaged(kind) : null
  const whole = picture && embed(format, picture.bytes, kind, random)
  const { about, bytes } = picture && whole ? { about: `${picture.about} in it`, bytes: whole } : damaged(format)
  const options: CompressOptions = {
    quality: pick(['balanced', 'balanced', 'lossless', 'high', 'small']),
    effort: random() < 0.9 ? 'fast' : 'balanced',
    metadata: pick(['safe', 'all', 'none']),
  }
  return { about: `${about}, ${JSON.stringify(options)}`, format, bytes, options }
}
