import sharp from 'sharp'
import { cloud } from '../../scripts/images/noise.mjs'
import { seededRandom } from '../../scripts/images/random.mjs'

/** Scenes that pictures are of. */
const SCENES = 20

/** Bytes of a picture before, on average, as the bytes of what web pages load go. */
const USUAL_BYTES = 40_000

const reasons = ['no-gain', 'small-gain', 'too-small', 'already-compressed']

/**
 * The page of a report about many files, two of three compressed.
 * @param {number} files
 * @param {boolean} isIllustrated Whether it holds as many pictures as it would keep.
 * @returns {Promise<{ page: string, pictures: number }>}
 */
export async function reportPage(files, isIllustrated) {
  const { createPictureStore, readPage, renderHtml } = await import('unplugin-compress-fast/report')
  const random = seededRandom(2000)
  const assets = Array.from({ length: files }, (_, index) => outcome(index, random))
  const store = createPictureStore()
  if (isIllustrated) {
    const scenes = await Promise.all(Array.from({ length: SCENES }, (_, scene) => picture(scene)))
    const shrunk = assets.filter((asset) => asset.outcome === 'compressed')
    for (const [index, { digest }] of shrunk.entries()) store.keep(digest, scenes[index % SCENES])
  }
  const before = assets.reduce((sum, asset) => sum + asset.before, 0)
  const after = assets.reduce((sum, asset) => sum + asset.after, 0)
  const count = (/** @type {string} */ kind) => assets.filter((asset) => asset.outcome === kind).length
  const from = { engine: 0, memory: 0, disk: count('compressed'), remote: 0 }
  const totals = { assets: files, before, after, compressed: count('compressed'), kept: count('kept'), failed: 0 }
  /** @type {import('unplugin-compress-fast').Report} */
  const report = {
    schema: 1,
    engine: { id: 'local', version: '1' },
    settings: { quality: 'balanced', effort: 'balanced', metadata: 'safe' },
    totals: { ...totals, from, credits: 0, durationMs: 800 },
    assets,
    warnings: [],
  }
  const pictures = store.all()
  return { page: renderHtml(report, pictures, await readPage()), pictures: pictures.size }
}

/** @param {number} index @param {() => number} random @returns {import('unplugin-compress-fast').Outcome} */
function outcome(index, random) {
  const isKept = index % 3 === 2
  const before = Math.round(1000 + random() * 2 * USUAL_BYTES)
  const after = isKept ? before : Math.round(before * (0.2 + random() * 0.7))
  const name = `img/section-${index % 40}/picture-${index}`
  return {
    path: `assets/${name}-${index.toString(36).padStart(8, 'x')}.jpg`,
    source: `src/${name}.jpg`,
    origin: 'bundle',
    format: 'jpeg',
    before,
    after,
    outcome: isKept ? 'kept' : 'compressed',
    from: isKept ? null : 'disk',
    reason: isKept ? reasons[index % reasons.length] : null,
    quality: isKept ? null : 80 + random() * 10,
    digest: `sha256-${index}`,
    ms: 1,
    importers: [`src/pages/page-${index % 100}.tsx`, `src/parts/part-${index % 300}.tsx`],
  }
}

/** Clouds, before and after. @param {number} scene @returns {Promise<import('unplugin-compress-fast/report').Picture>} */
async function picture(scene) {
  const [width, height] = [400, 300]
  const random = seededRandom(scene + 1)
  const data = new Uint8Array(width * height * 3)
  for (let at = 0; at < data.length; at++) {
    const pixel = Math.floor(at / 3)
    data[at] = 200 * cloud((pixel % width) / 60, Math.floor(pixel / width) / 60, scene + (at % 3), 5) + 20 * random()
  }
  const encode = (/** @type {number} */ quality) =>
    sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality })
      .toBuffer()
  return { format: 'jpeg', before: await encode(90), after: await encode(75) }
}
