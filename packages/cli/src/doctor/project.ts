import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** A project as the checks see it: texts of its files, and the environment. */
export interface Project {
  readonly root: string
  readonly env: NodeJS.ProcessEnv
  /** A file's text by its path in the project; `undefined` where there is none. */
  read(path: string): string | undefined
  /** Names in a folder of the project; none where there is no folder. */
  list(folder: string): readonly string[]
  /** Names of all packages that the project asks for, of whatever kind. */
  readonly dependencies: readonly string[]
}

export function openProject(root: string, env: NodeJS.ProcessEnv): Project {
  const read = (path: string) => ifThere(() => readFileSync(resolve(root, path), 'utf8'))
  const list = (folder: string) => ifThere(() => readdirSync(join(root, folder))) ?? []
  return { root, env, read, list, dependencies: dependenciesOf(read('package.json')) }
}

/** An object as JSON text has it; empty for anything else. Comments and commas at ends are read over. */
export function parseLoosely(text: string | undefined): Readonly<Record<string, unknown>> {
  // Strings are taken first, so that what looks like a comment inside of one stays.
  const plain = (text ?? '').replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=\s*[}\]])/g, '$1')
  const value = ifThere((): unknown => JSON.parse(plain))
  return isRecord(value) ? value : {}
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function dependenciesOf(manifest: string | undefined): string[] {
  const { dependencies, devDependencies, optionalDependencies } = parseLoosely(manifest)
  const names = [dependencies, devDependencies, optionalDependencies].flatMap((field) =>
    isRecord(field) ? Object.keys(field) : [],
  )
  return [...new Set(names)].toSorted()
}

function ifThere<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
