import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/**
 * @typedef {object} Contender
 * @property {string} key Name of its folder, and how a process is told to be it.
 * @property {string} name As tables show it.
 * @property {readonly string[]} kinds That it takes.
 * @property {string} [program] Must be installed.
 */

/** @type {readonly Contender[]} */
export const contenders = [
  { key: 'balanced', name: 'engine, balanced', kinds: ['jpg', 'png', 'gif', 'webp', 'svg'] },
  { key: 'fast', name: 'engine, fast', kinds: ['jpg', 'png', 'gif', 'webp', 'svg'] },
  { key: 'lossless', name: 'engine, lossless', kinds: ['jpg', 'png', 'gif', 'webp', 'svg'] },
  { key: 'sharp', name: 'sharp, quality 80', kinds: ['jpg', 'png', 'gif', 'webp'] },
  { key: 'pngquant', name: 'pngquant 65–80', kinds: ['png'], program: 'pngquant' },
  { key: 'oxipng', name: 'oxipng -o 2', kinds: ['png'], program: 'oxipng' },
  { key: 'gifsicle', name: 'gifsicle -O3', kinds: ['gif'], program: 'gifsicle' },
  { key: 'gifsicle-lossy', name: 'gifsicle -O3 --lossy=30', kinds: ['gif'], program: 'gifsicle' },
]

/** Those whose program is there. */
export async function installedContenders() {
  const there = await Promise.all(contenders.map(({ program }) => program === undefined || isInstalled(program)))
  return contenders.filter((_, index) => there[index])
}

/** @param {string} program */
export async function isInstalled(program) {
  try {
    await execute(program, ['--version'])
    return true
  } catch (error) {
    // Some know no such option.
    return /** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT'
  }
}
