// A process of its own: `contender-run.mjs <key> <list.json>` is one contender, over files given as
// [{ group, from, to, kind }]. It prints the milliseconds of CPU that each group took; starting counts for the first.
import { execFile } from 'node:child_process'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { readTree, reapedCpuMs } from './process-tree.mjs'

const execute = promisify(execFile)

/** @typedef {{ group: string, from: string, to: string, kind: string }} Job */
/** @typedef {(job: Job) => Promise<unknown>} Work Writes a file; a throw leaves the source. */

/** A warning is no failure. */
const qpdfOptions = ['--warning-exit-0', '--object-streams=generate', '--recompress-flate', '--compression-level=9']

/** @type {Record<string, Work>} */
const programs = {
  pngquant: ({ from, to }) => execute('pngquant', ['--quality', '65-80', '--force', '--output', to, from]),
  oxipng: ({ from, to }) => execute('oxipng', ['-o', '2', '--threads', '1', '--out', to, from]),
  gifsicle: ({ from, to }) => execute('gifsicle', ['-O3', '-o', to, from]),
  qpdf: ({ from, to }) => execute('qpdf', [...qpdfOptions, from, to]),
  'qpdf-images': ({ from, to }) => execute('qpdf', [...qpdfOptions, '--optimize-images', from, to]),
  mutool: ({ from, to }) => execute('mutool', ['clean', '-gggg', '-z', from, to]),
  ghostscript: ({ from, to }) =>
    execute('gs', ['-q', '-dBATCH', '-dNOPAUSE', '-dPDFSETTINGS=/printer', '-sDEVICE=pdfwrite', '-o', to, from]),
  'gifsicle-lossy': ({ from, to }) => execute('gifsicle', ['-O3', '--lossy=30', '-o', to, from]),
}

const [key = '', list = ''] = process.argv.slice(2)
const { work, close } = await contender(key)
/** @type {Record<string, number>} */
const cpuMs = {}
let before = 0
for (const job of /** @type {Job[]} */ (JSON.parse(await readFile(list, 'utf8')))) {
  await work(job).catch(() => copyFile(job.from, job.to))
  const now = spentMs()
  cpuMs[job.group] = (cpuMs[job.group] ?? 0) + now - before
  before = now
}
console.log(JSON.stringify(cpuMs))
await close()

/** CPU of this process and all that it started, ended or not. */
function spentMs() {
  return [...readTree(process.pid).values()].reduce((sum, process) => sum + process.cpuMs, reapedCpuMs())
}

/** @param {string} name @returns {Promise<{ work: Work, close: () => Promise<void> }>} */
async function contender(name) {
  const nothing = async () => {}
  if (name === 'sharp') return { work: await sharpAtQuality80(), close: nothing }
  const program = programs[name]
  return program ? { work: program, close: nothing } : ours(name)
}

/** @param {string} name `lossless`, or an effort. */
async function ours(name) {
  const { createEngine } = await import('../../packages/engine/lib/index.js')
  const engine = createEngine({ concurrency: 1 })
  const options = name === 'lossless' ? { quality: 'lossless' } : { effort: name }
  /** @type {Work} */
  const work = async ({ from, to }) => {
    const { bytes } = await engine.compress(await readFile(from), /** @type {{ effort: 'fast' }} */ (options))
    await writeFile(to, bytes)
  }
  return { work, close: () => engine.close() }
}

/** What most plugins do: one number for all. @returns {Promise<Work>} */
async function sharpAtQuality80() {
  const { default: sharp } = await import('sharp')
  sharp.concurrency(1)
  /** @type {Record<string, (image: import('sharp').Sharp) => import('sharp').Sharp>} */
  const encoders = {
    jpg: (image) => image.jpeg({ quality: 80, mozjpeg: true }),
    png: (image) => image.png({ palette: true, quality: 80 }),
    gif: (image) => image.gif(),
    webp: (image) => image.webp({ quality: 80 }),
  }
  return async ({ from, to, kind }) => {
    const image = sharp(await readFile(from), { animated: kind === 'gif' || kind === 'webp' })
    await writeFile(to, await encoders[kind](image.keepMetadata()).toBuffer())
  }
}
