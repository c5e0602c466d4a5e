import { hosts, keepers, keptByCloudflare } from './ci-hosts.js'
import type { Finding } from './finding.js'
import type { Project } from './project.js'

/** CI hosts of the project whose jobs begin without the results of the last. */
export function ciFindings(project: Project): Finding[] {
  return [...forgetful(project), ...emptied(project), ...undone(project), ...cloudflare(project)]
}

/**
 * CI hosts of the project that do not keep the cache: those with a configuration in it, and the one that runs this. A
 * configuration of which any file speaks of the folder, of one around it, or of the variable that moves it, keeps it.
 */
function forgetful(project: Project): Finding[] {
  return hosts.flatMap(({ name, variable, files, fix }) => {
    const found = files.flatMap((file) => configurations(file, project))
    const isHere = Boolean(project.env[variable])
    if (found.length === 0 && !isHere) return []
    if (project.env['COMPRESS_FAST_CACHE_DIR'] && isHere) return []
    if (found.some(({ text }) => keepsCache(text))) return []
    const title = `${name} begins each job without the results of the last`
    return [{ code: 'CACHE_NOT_KEPT', title, details: found.map(({ path }) => path), fix }]
  })
}

/** CI hosts that bring the cache back into `node_modules` before `npm ci` empties it. */
function emptied(project: Project): Finding[] {
  return hosts.flatMap(({ name, files, step, fix }) => {
    const found = files.flatMap((file) => configurations(file, project))
    if (!found.some(({ text }) => keepsCache(text)) || found.some(({ text }) => movesCache(text))) return []
    const details = found.filter(({ text }) => emptiesCache(withoutComments(text), step)).map(({ path }) => path)
    if (details.length === 0) return []
    const title = `${name} brings the results of the last job back, and then npm ci removes them with node_modules`
    return [{ code: 'CACHE_NOT_KEPT', title, details, fix }]
  })
}

function emptiesCache(text: string, step: RegExp | null): boolean {
  if (step === null) return cleanInstall.test(text)
  // A file has several jobs, each with steps of its own.
  return text.split(/^\s*-?\s*steps:/m).some((steps) => {
    const restored = [...steps.matchAll(step)].at(-1)?.index
    const installed = [...steps.matchAll(new RegExp(cleanInstall, 'g'))].at(-1)?.index
    return restored !== undefined && installed !== undefined && restored < installed
  })
}

function undone(project: Project): Finding[] {
  return keepers.flatMap(({ name, files }) => {
    const found = files.flatMap((file) => configurations(file, project))
    const details = found.filter(({ text }) => cleanInstall.test(withoutComments(text)))
    if (details.length === 0) return []
    return [
      {
        code: 'CACHE_NOT_KEPT',
        title: `${name} keeps node_modules for the next build, and npm ci removes it with the results in it`,
        details: details.map(({ path }) => path),
        fix: 'Use `npm install` there, which changes nothing that package-lock.json says.',
      },
    ]
  })
}

/** Cloudflare's builds keep folders of frameworks that it knows, and those alone. */
function cloudflare(project: Project): Finding[] {
  const { env, dependencies } = project
  const files = ['wrangler.toml', 'wrangler.json', 'wrangler.jsonc'].filter((name) => builtThere(project.read(name)))
  const isHere = Boolean(env['CF_PAGES'] || env['WORKERS_CI'])
  if (files.length === 0 && !isHere) return []
  if (env['COMPRESS_FAST_CACHE_DIR'] || env['COMPRESS_FAST_CACHE_REMOTE']) return []
  if (files.some((name) => /COMPRESS_FAST_CACHE_/.test(project.read(name) ?? ''))) return []
  const framework = Object.keys(keptByCloudflare).find((name) => dependencies.includes(name))
  const kept = framework === undefined ? undefined : keptByCloudflare[framework]
  if (kept === '') return []
  const fix =
    kept === undefined
      ? 'Share results (COMPRESS_FAST_CACHE_REMOTE), or commit them with a lock file: see "In CI" and "Shared cache" of the README.'
      : `Enable the build cache in the settings of the project, and set COMPRESS_FAST_CACHE_DIR to ${kept}/compress-fast there.`
  const title = 'Cloudflare begins each build without the results of the last'
  return [{ code: 'CACHE_NOT_KEPT', title, details: files, fix }]
}

/** Whether a configuration of wrangler is that of a site, rather than of a worker alone. */
function builtThere(text: string | undefined): boolean {
  return text !== undefined && /pages_build_output_dir|\bassets\b/.test(withoutComments(text))
}

/** Configurations of all CI hosts that the project has. */
export function ciConfigurations(project: Project): { path: string; text: string }[] {
  return [...hosts, ...keepers].flatMap(({ files }) => files.flatMap((file) => configurations(file, project)))
}

function configurations(file: string, { read, list }: Project): { path: string; text: string }[] {
  const paths = file.endsWith('/')
    ? list(file)
        .filter(isYaml)
        .map((name) => file + name)
    : [file]
  return paths.flatMap((path) => {
    const text = read(path)
    return text === undefined ? [] : [{ path, text }]
  })
}

function isYaml(name: string): boolean {
  return /\.ya?ml$/.test(name)
}

const cleanInstall = /\bnpm (?:ci|clean-install)\b/

/** A line that names `node_modules` and nothing inside of it, as a value or in a list: what is in it is kept, too. */
const wholeFolder = /^[\s-]*(?:\w+:)?[\s'"[]*(?:[^\s'"]*\/)?node_modules(?:\/\*\*(?:\/\*)?)?\/?['"\]\s,]*$/m

function keepsCache(yaml: string): boolean {
  const said = withoutComments(yaml)
  return /node_modules\/\.cache/.test(said) || movesCache(yaml) || wholeFolder.test(said)
}

function movesCache(yaml: string): boolean {
  return withoutComments(yaml).includes('COMPRESS_FAST_CACHE_DIR')
}

/** YAML or TOML without its comments. */
export function withoutComments(text: string): string {
  return text.replace(/(^|\s)#.*$/gm, '$1')
}
