import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Format, inspect, sniff } from '@compress-fast/engine'
import sharp from 'sharp'
import type { Outcome } from './protocol.js'

/** What is wrong with an outcome, or `null`. Results are read by decoders other than those that made them, where there are any. */
export async function judge(source: Buffer, { untouched, result }: Outcome): Promise<string | null> {
  if (result.reason === 'crashed') return `it crashed: ${result.detail}`
  if (!result.changed) {
    if (result.reason === null) return 'there is no reason'
    return untouched ? null : 'what was left alone is not the input'
  }
  const bytes = Buffer.from(result.bytes ?? [])
  if (bytes.length === 0 || bytes.length >= source.length) return `${source.length} bytes became ${bytes.length}`
  const format = sniff(source)
  if (format === null || format !== result.format || sniff(bytes) !== format) return `${format} became ${sniff(bytes)}`
  if (format === 'pdf') return judgePdf(source, bytes)
  if (format === 'docx' || format === 'pptx' || format === 'xlsx') return judgeZip(bytes)
  return judgePicture(source, bytes, format)
}

/** GIFs, for instance, are written by code of ours and read by libvips here. */
async function judgePicture(source: Buffer, bytes: Buffer, format: Format): Promise<string | null> {
  const before = await describe(source)
  const after = await describe(bytes)
  if (after === null) return before === null ? null : `the result is no readable ${format}`
  const keys = ['width', 'height', 'pages'] as const
  const other = before === null ? undefined : keys.find((key) => before[key] !== after[key])
  return other === undefined ? null : `${other} was ${before?.[other]} and became ${after[other]}`
}

interface Shown {
  readonly width: number
  readonly height: number
  readonly pages?: number | undefined
}

/** `null` for what does not decode to its end. */
async function describe(bytes: Buffer): Promise<Shown | null> {
  try {
    // No decoder at hand but our own.
    if (sniff(bytes) === 'bmp' || sniff(bytes) === 'ico') return inspect(bytes)
    const image = sharp(bytes, { animated: true, limitInputPixels: 1e9 })
    await image.clone().stats()
    return await image.metadata()
  } catch {
    return null
  }
}

async function judgePdf(source: Buffer, bytes: Buffer): Promise<string | null> {
  const after = await tool('qpdf', ['--show-npages'], bytes)
  if (after === null) return null
  const before = await tool('qpdf', ['--show-npages'], source)
  if (before?.text !== after.text) return `${before?.text.trim()} pages became ${after.text.trim()}`
  const check = await tool('qpdf', ['--check'], bytes)
  const fine = (check?.code ?? 0) !== 2 || (await tool('qpdf', ['--check'], source))?.code === 2
  return fine ? null : `qpdf says: ${check?.text}`
}

async function judgeZip(bytes: Buffer): Promise<string | null> {
  const tested = await tool('unzip', ['-tqq'], bytes)
  return (tested?.code ?? 0) === 0 ? null : `unzip says: ${tested?.text}`
}

/** A program's answer about a file; `null` where it is not installed. */
async function tool(
  name: string,
  args: readonly string[],
  bytes: Buffer,
): Promise<{ code: number; text: string } | null> {
  const folder = await mkdtemp(join(tmpdir(), 'compress-fast-judge-'))
  try {
    const path = join(folder, 'file')
    await writeFile(path, bytes)
    return await new Promise((resolve) => {
      execFile(name, [...args, path], (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code
        resolve(typeof code === 'number' ? { code, text: stdout || stderr.replaceAll(path, 'file') } : null)
      })
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
