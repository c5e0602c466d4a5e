import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs'
import { basename, join, relative, resolve, sep } from 'node:path'
import { filesIn, isInside, mayShrink, nearest, relativeTo } from 'unplugin-compress-fast/cli'
import { messageOf } from './message-of.js'
import { UsageError } from './usage-error.js'

/** A file that a command is about. */
export interface FoundFile {
  /** Absolute, links resolved where the user named one. */
  readonly path: string
  /** As seen from the current folder, with forward slashes. */
  readonly name: string
  /** Its place below what the user named: in a folder below it, of a glob below the part without wildcards. */
  readonly below: string
}

/** Where to look, and whom to tell of what is not there. */
export interface Search {
  readonly cwd: string
  /** A folder that is left out: results go there. */
  readonly spare: string | undefined
  readonly warn: (message: string) => void
  /** Words that may have been meant by a path that is not there. */
  readonly commands: readonly string[]
}

const wildcards = /[*?[\]{}()]/

/** A glob as everybody reads it: where `\` parts folders it does so in globs, too. */
export function globOf(text: string, separator: string = sep): string {
  return separator === '\\' ? text.replaceAll('\\', '/') : text
}

/**
 * The files that paths and globs mean and that could be ours, each once. A link that the user names is followed, those
 * inside of folders are not: they may lead out of it.
 * @throws {UsageError} for a path where nothing is, or nothing that can be looked at.
 */
export async function findFiles(paths: readonly string[], search: Search): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>()
  const { spare } = search
  for (const path of paths) {
    for await (const file of filesOf(path, search)) {
      if (spare !== undefined && isInside(spare, file.path)) continue
      if (mayShrink(file.name) && !found.has(file.path)) found.set(file.path, file)
    }
  }
  return [...found.values()]
}

function filesOf(path: string, search: Search): AsyncIterable<FoundFile> | Iterable<FoundFile> {
  // What a variable without a value leaves would be the current folder, and all of it.
  if (path === '') throw new UsageError('A path is empty.', 'The current folder is .')
  const given = resolve(search.cwd, path)
  const stats = lookAt(given, path)
  if (stats?.isDirectory()) return inFolder(given, search)
  const name = relativeTo(search.cwd, given)
  if (stats?.isFile()) return [{ path: realpathSync(given), name, below: basename(given) }]
  if (stats) throw new UsageError(`${path} is neither a file nor a folder.`)
  if (wildcards.test(path)) return matching(globOf(path), search)
  // An address that stands where a path belongs may hold a password.
  const shown = path.replace(/\/\/[^/]*@/, '//…@')
  throw new UsageError(`There is no file or folder ${shown}.`, likelyMeant(path, search))
}

function likelyMeant(path: string, { cwd, commands }: Search): string | undefined {
  const slashed = path.replaceAll('\\', '/')
  if (slashed !== path && statSync(resolve(cwd, slashed), { throwIfNoEntry: false })) return `Did you mean ${slashed}?`
  const close = nearest(path, commands)
  return close && `Did you mean compress-fast ${close}?`
}

function lookAt(given: string, path: string): Stats | undefined {
  try {
    return statSync(given, { throwIfNoEntry: false })
  } catch (error) {
    // A link that leads to itself, a folder that is not open to this user, a name too long.
    throw new UsageError(`${path} cannot be looked at: ${messageOf(error)}.`)
  }
}

async function* inFolder(given: string, { cwd, spare, warn }: Search): AsyncGenerator<FoundFile> {
  const folder = realpathSync(given)
  const tell = (dir: string, error: unknown) => warn(`${relativeTo(cwd, dir)} could not be read: ${messageOf(error)}`)
  for await (const path of filesIn(folder, spare === undefined ? [] : [spare], tell)) {
    const below = relativeTo(folder, path)
    yield { path, name: relativeTo(cwd, join(given, below)), below }
  }
}

/** fast-glob is loaded for globs alone: folders are walked as the plugins walk them. */
async function* matching(glob: string, { cwd, warn }: Search): AsyncGenerator<FoundFile> {
  const { default: fastGlob } = await import('fast-glob')
  const options = {
    cwd,
    absolute: true,
    dot: true,
    followSymbolicLinks: false,
    ignore: ['**/node_modules/**', '**/.git/**'],
  }
  const [task] = fastGlob.generateTasks(glob, options)
  const base = resolve(cwd, task?.base ?? '.')
  let count = 0
  for (const matched of fastGlob.globSync(glob, options).toSorted()) {
    const path = resolve(matched)
    // A link whose name has no wildcard in it is followed otherwise.
    if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) continue
    count++
    yield { path, name: relativeTo(cwd, path), below: relative(base, path) }
  }
  const why = glob.includes('\\') ? ' Folders are parted by / in it.' : ''
  if (count === 0) warn(`Nothing matches ${glob}.${why}`)
}
