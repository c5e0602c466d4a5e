/**
 * A file of this package, by its path in it. This stands one folder deep, as do the files that `npm run build` puts
 * modules together in: a module further down would look from another place there.
 */
export function packageFile(path: string): URL {
  return new URL(`../${path}`, import.meta.url)
}
