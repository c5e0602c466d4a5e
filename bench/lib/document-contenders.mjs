import { isInstalled } from './contenders.mjs'

/** @typedef {import('./contenders.mjs').Contender} Contender Kinds are folders of the corpus. */

const both = ['pdf', 'office']

/** @type {readonly Contender[]} */
const contenders = [
  { key: 'balanced', name: 'engine, balanced', kinds: both },
  { key: 'fast', name: 'engine, fast', kinds: both },
  { key: 'lossless', name: 'engine, lossless', kinds: both },
  { key: 'qpdf', name: 'qpdf, recompressed', kinds: ['pdf'], program: 'qpdf' },
  { key: 'qpdf-images', name: 'qpdf --optimize-images', kinds: ['pdf'], program: 'qpdf' },
  { key: 'mutool', name: 'mutool clean -gggg -z', kinds: ['pdf'], program: 'mutool' },
  { key: 'ghostscript', name: 'Ghostscript /printer', kinds: ['pdf'], program: 'gs' },
]

/** Those whose program is there. */
export async function installedDocumentContenders() {
  const there = await Promise.all(contenders.map(({ program }) => program === undefined || isInstalled(program)))
  return contenders.filter((_, index) => there[index])
}
