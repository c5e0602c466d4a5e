import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { compressibleFormats, type Format, sniff } from '@compress-fast/engine'
import { image, photo } from '../images.js'
import { bmp, flat, ico, iconBitmap, runLengthBmp } from '../more-images.js'
import { contentTypes, docx, type Part, relationships, xlsx, zip } from '../office-parts.js'
import { everyday } from '../pdf-files.js'

/** A sound file to be damaged. */
export interface Source {
  readonly name: string
  readonly format: Format
  readonly bytes: Buffer
}

/** The formats that an engine takes. */
export const formats: readonly Format[] = [...compressibleFormats]

const fixtures = fileURLToPath(new URL('../../../../test/fixtures', import.meta.url))
const corpus = fileURLToPath(new URL('../../../../../shared/corpus', import.meta.url))

/** A file of the corpus has at most this many bytes: what damage does shows in small ones too. */
const MOST_BYTES = 120_000

/** Fixtures and generated documents by format; with `real` also small files of the corpus, if it is there. */
export async function readSources(real: boolean): Promise<Map<Format, Source[]>> {
  const all = [...(await readFolder(fixtures)), ...(await bitmaps()), ...(await documents())]
  if (real && existsSync(corpus)) {
    const folders = (await readdir(corpus, { withFileTypes: true })).filter((entry) => entry.isDirectory())
    for (const name of folders.map((entry) => entry.name).sort()) all.push(...(await readFolder(`${corpus}/${name}`)))
  }
  const byFormat = new Map<Format, Source[]>()
  for (const source of all) byFormat.set(source.format, [...(byFormat.get(source.format) ?? []), source])
  return byFormat
}

async function readFolder(folder: string): Promise<Source[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  const files = await Promise.all(names.sort().map(async (name) => describe(name, await readFile(`${folder}/${name}`))))
  return files.filter((file) => file !== null)
}

function describe(name: string, bytes: Buffer): Source | null {
  const format = sniff(bytes)
  return format === null || bytes.length > MOST_BYTES ? null : { name, format, bytes }
}

/** Pictures of which there are no fixtures. */
async function bitmaps(): Promise<Source[]> {
  const files: [string, Uint8Array][] = [
    ['flat.bmp', bmp(flat(64, 48))],
    ['runs.bmp', runLengthBmp(4, 2, [4, 1, 0, 0, 4, 2, 0, 1])],
    ['icon.ico', ico([32, 16].map((size) => ({ size, data: iconBitmap(flat(size, size)) })))],
    ['packed.tiff', await image(photo(96, 64)).tiff({ compression: 'lzw', predictor: 'horizontal' }).toBuffer()],
    ['flat.tiff', await image(photo(64, 48)).tiff({ compression: 'none' }).toBuffer()],
  ]
  return files.flatMap(([name, bytes]) => describe(name, Buffer.from(bytes)) ?? [])
}

/** Documents that hold pictures of the fixtures. */
async function documents(): Promise<Source[]> {
  const [photo, icon, still] = await Promise.all(
    ['photo.jpg', 'icon.png', 'still.gif'].map((name) => readFile(`${fixtures}/${name}`)),
  )
  const pictures = { 'image1.jpeg': photo ?? '', 'image2.png': icon ?? '', 'image3.gif': still ?? '' }
  const letter = docx({ 'image1.jpeg': photo ?? Buffer.alloc(0) })
  const inner: Part = { name: 'word/embeddings/a.xlsx', content: zip(xlsx()), stored: true }
  const files: [string, Uint8Array][] = [
    ['everyday.pdf', await everyday()],
    ['letter.docx', zip(letter)],
    ['streamed.docx', zip([...letter.map((part) => ({ ...part, descriptor: 'signed' as const })), inner])],
    ['deck.pptx', zip(pptx(pictures))],
    ['deck64.pptx', zip(pptx(pictures), { zip64: true })],
    ['sheet.xlsx', zip([...xlsx(), { name: 'xl/media/image1.png', content: icon ?? '' }])],
  ]
  return files.flatMap(([name, bytes]) => describe(name, Buffer.from(bytes)) ?? [])
}

/** A presentation without slides, and pictures. */
export function pptx(pictures: Readonly<Record<string, Uint8Array | string>>): Part[] {
  const type = 'application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml'
  return [
    contentTypes('ppt/presentation.xml', type),
    relationships('_rels/.rels', [['ppt/presentation.xml', 'officeDocument']]),
    { name: 'ppt/presentation.xml', content: `<p:presentation xmlns:p="p">${'<p:x/>'.repeat(400)}</p:presentation>` },
    ...Object.entries(pictures).map(([name, content]) => ({ name: `ppt/media/${name}`, content })),
  ]
}
