import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { arch, platform } from 'node:process'
import sharp from 'sharp'

/**
 * @typedef {Record<string, () => Promise<Buffer> | Buffer>} Recipes how each file is made, by path under the target folder
 * @typedef {{ encoders: string, files: Record<string, string> }} Manifest digests of the committed files, and what made them
 */

/** Encoders change their output between versions and processors, so bytes are only comparable for one such line. */
const encoders = `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}, ${platform} ${arch}`

/**
 * Makes all files, or with `--check` makes them in memory and compares. Sets the exit code to 1 when files differ.
 *
 * @param {object} task
 * @param {string} task.folder where the files go
 * @param {string} task.record JSON file with the digests of what is committed
 * @param {Recipes} task.recipes
 * @param {boolean} task.check
 */
export async function makeFiles({ folder, record, recipes, check }) {
  await (check ? compare(folder, record, recipes) : write(folder, record, recipes))
}

/** @param {string} folder @param {string} record @param {Recipes} recipes */
async function write(folder, record, recipes) {
  /** @type {Record<string, string>} */
  const files = {}
  let total = 0
  for (const [path, make] of Object.entries(recipes)) {
    const bytes = await make()
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
    files[path] = digest(bytes)
    total += bytes.length
    console.log(`${String(bytes.length).padStart(9)}  ${path}`)
  }
  await writeFile(record, `${JSON.stringify({ encoders, files }, null, 2)}\n`)
  console.log(`${String(total).padStart(9)}  in ${Object.keys(files).length} files`)
}

/** @param {string} folder @param {string} record @param {Recipes} recipes */
async function compare(folder, record, recipes) {
  /** @type {Manifest} */
  const known = JSON.parse(await readFile(record, 'utf8'))
  const differ = await changedOnDisk(folder, known.files, Object.keys(recipes))
  if (known.encoders === encoders) {
    for (const [path, make] of Object.entries(recipes)) {
      if (digest(await make()) !== known.files[path]) differ.push(`${path}: made differently now`)
    }
  } else {
    console.log(
      `Made by ${known.encoders}; here is ${encoders}. Only the files on disk were checked, not how they are made.`,
    )
  }
  for (const line of differ) console.error(line)
  if (differ.length > 0) process.exitCode = 1
  else console.log(`${Object.keys(recipes).length} files are as recorded.`)
}

/** @param {string} folder @param {Record<string, string>} files @param {string[]} expected */
async function changedOnDisk(folder, files, expected) {
  const differ = expected.filter((path) => !(path in files)).map((path) => `${path}: not recorded yet`)
  for (const [path, recorded] of Object.entries(files)) {
    const bytes = await readFile(join(folder, path)).catch(() => null)
    if (!bytes) differ.push(`${path}: missing`)
    else if (digest(bytes) !== recorded) differ.push(`${path}: not the file that was recorded`)
  }
  return differ
}

/** @param {Uint8Array} bytes */
function digest(bytes) {
  return createHash('sha256').update(bytes).digest('base64url')
}
