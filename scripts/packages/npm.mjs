import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Runs npm and returns what it printed.
 * @param {readonly string[]} args
 * @param {{ cwd: string }} options
 * @returns {Promise<string>}
 * @throws With npm's own words when it fails.
 */
export async function npm(args, { cwd }) {
  // npm tells its scripts where it is; started by hand it is found by name, which on Windows only a shell can do.
  const self = process.env['npm_execpath']
  const [command, before] = self?.endsWith('.js') ? [process.execPath, [self]] : ['npm', []]
  const shell = command === 'npm' && process.platform === 'win32'
  const { stdout } = await run(command, [...before, ...args], { cwd, shell, maxBuffer: 2 ** 26 })
  return stdout
}
