import { posix } from 'node:path'
import { latin1 } from '../inspect/bytes.js'
import { pictureFormat } from './part-names.js'
import type { ZipEntry } from './zip.js'
import { unpack } from './zip-inflate.js'

// Where a picture is shown is told in a document's parts, whatever pixels it has: in anchors, extents and styles. But
// one that fills a shape, a page or a sheet as tiles is shown as large as its pixels make it.

/**
 * What tells that a part shows pictures at their natural size: tiles of DrawingML and VML, the background of a sheet,
 * pictures stacked in the bars of a chart. Looked for in lower case.
 */
const AT_NATURAL_SIZE =
  /<(?:\w+:)?tile[\s/>]|type\s*=\s*["'](?:tile|pattern)|<(?:\w+:)?picture\s+\w+:id|pictureformat[^>]*stack/

const relationsName = /^(.*?)_rels\/([^/]+)\.rels$/i

/**
 * Names, in lower case, of pictures that a part shows at their natural size. Of parts that are no XML nothing is known,
 * so theirs count as well.
 *
 * @throws BrokenZipError
 */
export function picturesAtNaturalSize(entries: readonly ZipEntry[]): ReadonlySet<string> {
  const byName = new Map(entries.map((entry) => [entry.name.toLowerCase(), entry]))
  const found = new Set<string>()
  for (const entry of entries) {
    const [, folder, name] = relationsName.exec(entry.name.toLowerCase()) ?? []
    if (folder === undefined || name === undefined || name === '') continue
    const pictures = targetsOf(textOf(entry), folder).filter((target) => pictureFormat(target) !== null)
    if (pictures.length > 0 && mayTile(byName.get(folder + name))) for (const picture of pictures) found.add(picture)
  }
  return found
}

function mayTile(part: ZipEntry | undefined): boolean {
  return part !== undefined && (!/\.(?:xml|vml)$/i.test(part.name) || AT_NATURAL_SIZE.test(textOf(part)))
}

/** A part's text in lower case, whatever encoding it has: only ASCII is looked for. */
function textOf(entry: ZipEntry): string {
  return latin1(unpack(entry)).replaceAll('\0', '').toLowerCase()
}

/** Names of the parts that relationships of a part in `folder` lead to, as they stand and unescaped. */
function targetsOf(relations: string, folder: string): string[] {
  return [...relations.matchAll(/target\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].flatMap(([, double, single]) => {
    const target = double ?? single ?? ''
    return [target, unescaped(target)].map((path) => posix.join('/', path.startsWith('/') ? '' : folder, path).slice(1))
  })
}

function unescaped(target: string): string {
  try {
    return decodeURIComponent(target).toLowerCase()
  } catch {
    return target
  }
}
