import type { Settings } from '../codecs/settings.js'
import type { KeptReason } from '../types.js'
import { isPicture, type Layout, readLayout, sizeOfPage } from './layout.js'
import { packLayout } from './pack.js'
import { type Directory, isWide, readTiff, type TiffFile } from './read.js'
import { droppedTags, mayPoint } from './tags.js'
import { type NewDirectory, renew, writeTiff } from './write.js'

export { compareTiffs } from './compare.js'

/** Most pixels over all pages, where the first page did not let expect more. */
const MOST_PIXELS = 50e6

/**
 * The same pages under Deflate, which every reader of the last twenty years knows: libtiff, Windows, macOS and with it
 * Safari, Photoshop, Java. The same fields too, but for metadata.
 * @throws BrokenImageError when a strip or tile does not decode
 */
export async function repackTiff(
  bytes: Uint8Array,
  expectedPixels: number,
  { effort, metadata }: Settings,
): Promise<Uint8Array | KeptReason> {
  const file = readTiff(bytes)
  const dropped = droppedTags[metadata]
  const all = file.pages.flatMap((page) => withChildren(page, dropped))
  const fields = all.flatMap(({ fields }) => [...fields.values()].filter((field) => !dropped.has(field.tag)))
  if (fields.some((field) => mayPoint(field.tag, isWide(field)))) return 'private-data'
  const pixels = all.filter(isPicture).reduce((sum, page) => sum + areaOf(file, page), 0)
  if (pixels > Math.max(MOST_PIXELS, expectedPixels)) return 'too-many-pixels'
  const layouts = new Map<Directory, Layout>()
  for (const page of all.filter(isPicture)) {
    const layout = readLayout(file, page)
    if (layout === null) return 'unsupported-variant'
    layouts.set(page, layout)
  }
  for (const [page, layout] of layouts) layouts.set(page, await packLayout(layout, file.isLittle, effort))
  return writeTiff(
    file.pages.map((page) => rebuild(page, layouts, dropped)),
    file.isLittle,
  )
}

/** A directory and those below it, as far as they stay. */
function withChildren(directory: Directory, dropped: ReadonlySet<number>): Directory[] {
  const below = [...directory.children].filter(([tag]) => !dropped.has(tag)).flatMap(([, children]) => children)
  return [directory, ...below.flatMap((child) => withChildren(child, dropped))]
}

function areaOf(file: TiffFile, page: Directory): number {
  const { width, height } = sizeOfPage(file, page)
  return width * height
}

function rebuild(
  directory: Directory,
  layouts: ReadonlyMap<Directory, Layout>,
  dropped: ReadonlySet<number>,
): NewDirectory {
  const kept = [...directory.children].filter(([tag]) => !dropped.has(tag))
  const children = kept.map(([tag, below]) => [tag, below.map((child) => rebuild(child, layouts, dropped))] as const)
  return renew(directory, layouts.get(directory) ?? null, new Map(children), dropped)
}
