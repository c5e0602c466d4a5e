import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'vitest'
import { expectNoKey } from './canary.js'

/** Runs a program to its end, which has to be a good one. @returns What it printed, which has to be without keys. */
export async function runNode(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = execFile(process.execPath, args, { cwd, env: { ...process.env, ...env, NO_COLOR: '1', CI: '1' } })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(String(chunk)))
  const [code] = await once(child, 'close')
  const text = output.join('')
  expectNoKey('what a program printed', [text])
  expect(code, text).toBe(0)
  return text
}
