import { BrokenImageError } from './broken.js'
import { hasText, latin1 } from './bytes.js'
import type { Facts, Trait } from './facts.js'
import { looksLikeSvg } from './sniff-svg.js'
import { PartsSearch } from './svg-parts.js'
import { localName, svgTraits } from './svg-traits.js'
import { readXml, type XmlTag } from './svg-xml.js'
import { still } from './timing.js'

/** Reads an SVG element by element. @throws BrokenImageError when it is no well-formed XML */
export function inspectSvg(bytes: Uint8Array): Facts {
  if (!looksLikeSvg(bytes)) throw new BrokenImageError('svg', 'no svg element as root')
  const { root, traits } = readDocument(decode(bytes))
  return {
    format: 'svg',
    ...sizeOf(root),
    ...still,
    alpha: true,
    bitDepth: 8,
    model: 'rgb',
    orientation: 1,
    colour: 'srgb',
    lossless: true,
    traits,
  }
}

function readDocument(xml: string): { root: XmlTag; traits: ReadonlySet<Trait> } {
  const traits = new Set<Trait>()
  const parts = new PartsSearch()
  let root: XmlTag | undefined
  for (const event of readXml(xml)) {
    for (const trait of svgTraits(event)) traits.add(trait)
    parts.see(event)
    if (event.kind !== 'open' || event.depth > 0) continue
    if (root) throw new BrokenImageError('svg', 'two root elements')
    root = event.tag
  }
  if (!root || localName(root.name) !== 'svg') throw new BrokenImageError('svg', 'no svg element as root')
  if (parts.found()) traits.add('parts')
  return { root, traits }
}

/** UTF-8, unless the XML declaration names one of the single-byte encodings; only ASCII matters to what is read. */
function decode(bytes: Uint8Array): string {
  const declared = /^<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.-]+)/.exec(latin1(bytes, 0, 200))?.[1]
  if (declared && !/^utf-?8$/i.test(declared)) return latin1(bytes)
  const body = hasText(bytes, '\xef\xbb\xbf') ? bytes.subarray(3) : bytes
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new BrokenImageError('svg', 'it is not UTF-8')
  }
}

/** Pixels per unit (CSS Values 4, 6.2); other units depend on where the picture is shown. */
const units: Readonly<Record<string, number>> = {
  '': 1,
  px: 1,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  pt: 96 / 72,
  pc: 16,
}

/** Width and height as a browser takes them: what is missing follows from the view box, 0 without one. */
function sizeOf({ attributes }: XmlTag): Pick<Facts, 'width' | 'height'> {
  const width = parseLength(attributes.get('width'))
  const height = parseLength(attributes.get('height'))
  const [boxWidth, boxHeight] = parseViewBox(attributes.get('viewBox'))
  const ratio = boxWidth > 0 && boxHeight > 0 ? boxWidth / boxHeight : null
  return {
    width: width ?? (height !== null && ratio !== null ? height * ratio : boxWidth),
    height: height ?? (width !== null && ratio !== null ? width / ratio : boxHeight),
  }
}

function parseLength(value: string | undefined): number | null {
  const found = /^\s*(\+?[\d.]+(?:e[+-]?\d+)?)([a-z]*)\s*$/i.exec(value?.slice(0, 64) ?? '')
  const factor = units[found?.[2]?.toLowerCase() ?? '-']
  const number = Number(found?.[1])
  return factor === undefined || !Number.isFinite(number) ? null : number * factor
}

function parseViewBox(value: string | undefined): readonly [number, number] {
  const [, , width = 0, height = 0] = (value?.slice(0, 256) ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  return width > 0 && height > 0 && Number.isFinite(width * height) ? [width, height] : [0, 0]
}
