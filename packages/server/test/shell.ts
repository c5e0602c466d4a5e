import { spawn } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** How a program ended and what it wrote. */
export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Place {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a program to its end. Its code is -1 when there is no such program. */
export function run(program: string, args: readonly string[], { cwd, env = {} }: Place): Promise<Ran> {
  const child = spawn(program, [...args], { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  return new Promise((resolve) => {
    child.once('error', () => resolve({ code: -1, out, err }))
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

/** What a shell script needs and this machine does not have. */
export async function missing(...programs: readonly string[]): Promise<string | undefined> {
  for (const name of programs) {
    const { code } = await run('sh', ['-c', `command -v ${name}`], { cwd: '.' })
    if (code !== 0) return name
  }
  return undefined
}

/**
 * Puts a program before another of the same name, which notes what it was given (arguments and environment) and then
 * is the other one, or does nothing.
 */
export async function eavesdrop(
  folder: string,
  name: string,
  then: 'run' | 'nothing',
): Promise<{ env: Record<string, string>; heard(): Promise<string> }> {
  const bin = join(folder, `bin-${name}`)
  const notes = join(folder, `${name}.txt`)
  const path = process.env['PATH'] ?? ''
  const rest = then === 'run' ? `PATH='${path}' exec ${name} "$@"` : 'exit 0'
  await mkdir(bin)
  await writeFile(join(bin, name), `#!/bin/sh\n{ printf '%s\\n' "$*"; env; } >>'${notes}'\n${rest}\n`)
  await chmod(join(bin, name), 0o755)
  return { env: { PATH: bin + delimiter + path }, heard: () => readFile(notes, 'utf8') }
}
