import { existsSync } from 'node:fs'
import { cp, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Copies the public folder as Farm does, only earlier. Farm copies it when no plugin is asked any more, and leaves out
 * what is there already.
 * @param taken Names of files that the build is about to write. Farm copies nothing under the first part of their paths.
 * @returns The folder's files and folders that were copied.
 */
export async function copyPublicFolder(from: string, to: string, taken: Iterable<string>): Promise<string[]> {
  const tops = new Set([...taken].map((name) => name.split('/')[0]))
  const names = await readdir(from).catch(() => [])
  const free = names.filter((name) => !tops.has(name) && !existsSync(join(to, name)))
  if (free.length > 0) await mkdir(to, { recursive: true })
  await Promise.all(free.map((name) => cp(join(from, name), join(to, name), { recursive: true })))
  return free
}
