import { isAbsolute, relative, sep } from 'node:path'

/** The extension in lower case, without its dot; empty when there is none. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase()
}

/** A path with forward slashes, as bundlers and globs write them. */
export function toPosix(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path
}

/** A path as seen from a folder, with forward slashes. */
export function relativeTo(folder: string, path: string): string {
  if (!isAbsolute(path)) return toPosix(path)
  // Asked several times for each file. Most lie below the folder and are spelled plainly, which `relative` is slow to find out.
  const isPlain = path.startsWith(folder) && path[folder.length] === sep && !/[\\/](?:\.|[\\/])/.test(path)
  return toPosix(isPlain ? path.slice(folder.length + 1) : relative(folder, path))
}

/** Whether a path lies in a folder or is it. */
export function isInside(folder: string, path: string): boolean {
  const steps = relative(folder, path)
  return steps === '' || !(steps === '..' || steps.startsWith(`..${sep}`) || isAbsolute(steps))
}
