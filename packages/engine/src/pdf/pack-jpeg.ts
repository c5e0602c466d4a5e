import { attempt } from '../codecs/codec.js'
import type { Settings } from '../codecs/settings.js'
import type { CompressImage } from './compress-image.js'
import { bareJpeg, type JpegModel, readJpegModel } from './jpeg-parts.js'
import type { Picture } from './picture.js'

/** JPEG data that may stand in place of what a picture has. */
export interface PackedJpeg {
  readonly bytes: Uint8Array
  readonly quality: number | null
}

/** A re-encoding must save this much of what remains without loss. */
const LOSSY_SHARE = 0.9

/** A picture's JPEG data made smaller, `null` when that fails. */
export async function packJpeg(
  picture: Picture,
  data: Uint8Array,
  mayLose: boolean,
  settings: Settings,
  compress: CompressImage,
): Promise<PackedJpeg | null> {
  const source = await attempt(() => readJpegModel(data))
  if (source === null || !isAsDeclared(source, picture)) return null
  const bare = settings.metadata === 'all' ? data : bareJpeg(data)
  const inner: Settings = { ...settings, metadata: settings.metadata === 'all' ? 'all' : 'none' }
  const exact = await tryJpeg(bare, source, { ...inner, target: 'lossless' }, compress)
  const best = exact ?? { bytes: bare, quality: 100 }
  if (!mayLose || !source.plain) return best
  const lossy = await tryJpeg(bare, source, inner, compress)
  return lossy !== null && lossy.bytes.length <= best.bytes.length * LOSSY_SHARE ? lossy : best
}

/** Readers need not agree on what to show when the data contradict the dictionary. */
function isAsDeclared(model: JpegModel, { width, height, components, bits }: Picture): boolean {
  const same = model.width === width && model.height === height && model.components === components
  return same && model.bits === 8 && bits === 8
}

/** A result only counts if readers understand its components as they did before. */
async function tryJpeg(
  bytes: Uint8Array,
  source: JpegModel,
  settings: Settings,
  compress: CompressImage,
): Promise<PackedJpeg | null> {
  const found = await compress(bytes, 'jpeg', settings)
  if (found === null) return null
  const model = await attempt(() => readJpegModel(found.bytes))
  if (model === null || model.components !== source.components) return null
  const same = model.transform === source.transform || (source.plain && model.plain)
  return same ? { bytes: found.bytes, quality: found.quality } : null
}
