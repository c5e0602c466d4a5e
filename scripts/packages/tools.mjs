import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { repository } from './pack.mjs'

/** @typedef {import('./pack.mjs').Packed} Packed */

/**
 * What publint says about a tarball.
 * @param {Packed} packed
 * @returns {Promise<string[]>}
 */
export async function publintProblems({ tarball }) {
  const { buffer, byteOffset, byteLength } = await readFile(tarball)
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength)
  const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true })
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code)
}

/**
 * Whether the types of a tarball resolve for everybody who can load its code.
 * @param {Packed} packed
 * @returns {Promise<string[]>}
 */
export function typeProblems({ tarball }) {
  // `node16`: resolution without `exports` (Node before 12, TypeScript's old default) cannot load the code either.
  // `cjs-resolves-to-esm`: a `require` that finds ESM is what we want; every Node we support can do that.
  const args = [tarball, '--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm', '--no-color', '--no-emoji']
  return problemsOf('@arethetypeswrong/cli/dist/index.js', args)
}

/**
 * Files, exports and dependencies that nothing uses, or that are used and not declared.
 * @returns {Promise<string[]>}
 */
export function unusedProblems() {
  return problemsOf('knip/bin/knip.js', ['--no-progress'])
}

/** Runs a tool; when it fails, all it printed is one problem. */
function problemsOf(bin, args) {
  const script = join(repository, 'node_modules', bin)
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { cwd: repository, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve(error ? [`${stdout}${stderr}`.trim() || error.message] : []),
    )
  })
}
