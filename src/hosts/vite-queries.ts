import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Plugin, ResolvedConfig } from 'vite'
import type { Bundle } from './bundle.js'
import { takeCompressQuery } from './compress-query.js'
import type { AssetSession } from './host.js'
import { type QueryContext, queryHook, requestFile } from './rollup-queries.js'

// Vite resolves imports of JavaScript through plugins. What style sheets, pages and `new URL()` refer to it looks up by
// itself, so there `?compress=` is taken out of the text.

/**
 * Anything between the delimiters of CSS and HTML that has a `?compress=`. It is looked for where a delimiter ends only,
 * as a long inlined font would be read again from each of its letters otherwise.
 */
const anyReference = /(?<![^\s"'`()<>,])([^\s"'`()<>,]+[?&](?:amp;)?compress=[^\s"'`()<>,]*)/g
/** The same where a style sheet quotes it, which may hold what else would be delimiters. */
const quotedReference = /url\(\s*(?:"([^"\n]+[?&]compress=[^"\n]*)"|'([^'\n]+[?&]compress=[^'\n]*)')/g
const styleReferences = [quotedReference, anyReference]
/** The same where JavaScript refers to a file. */
const urlReference = /new\s+URL\(\s*["'`]([^"'`]+[?&]compress=[^"'`]*)["'`]\s*,\s*import\.meta\.url/g

const isStyle =
  /\.(?:css|pcss|postcss|scss|sass|less|styl|stylus|sss)(?:$|\?)|[?&]lang\.(?:css|pcss|postcss|scss|sass|less|styl|stylus)\b/
const isPage = /\.html?$/
/** What a style sheet takes in of others: Sass, Less and CSS modules have words of their own for it. */
const styleImport =
  /@(?:import|use|forward|reference)\s+(?:\([^)]*\)\s*)?(?:url\(\s*)?(?:["']([^"']+)["']|(?<=url\(\s*)([^"'()\s]+))|\bfrom\s+["']([^"']+\.\w+)["']/g

/** The hooks of one module, and where to look for the files that it refers to. */
interface Search {
  readonly context: QueryContext
  readonly config: ResolvedConfig
  readonly importer: string
  readonly session: AssetSession
}

/**
 * The plugin that takes `?compress=` out of what a build refers to, and notes what is asked for.
 * @param onImportedStyle Called when a style sheet that is no module of its own has one: Vite puts it into the one that
 * imports it, where it can only be taken out at the end.
 */
export function queriesPlugin(
  sessionOf: (config: ResolvedConfig) => AssetSession,
  onImportedStyle: () => void,
): Plugin {
  return {
    name: 'compress-fast:queries',
    apply: 'build',
    enforce: 'pre',
    resolveId: queryHook((context) => sessionOf(context.environment.config)),
    watchChange(id) {
      sessionOf(this.environment.config).withdraw(id)
    },
    transform: {
      filter: { code: /[?&](?:amp;)?compress=|@import|@use|@forward|@reference|@value|\bcomposes\s*:/ },
      async handler(code, id) {
        const { config } = this.environment
        const search = { context: this, config, importer: id, session: sessionOf(config) }
        if (isStyle.test(id)) {
          const seen = new Set([fileOf(id)])
          if (await requestImported(code, fileOf(id), seen, search)) onImportedStyle()
        }
        if (isPage.test(id)) return takeOut(code, [anyReference], search)
        return takeOut(code, isStyle.test(id) ? styleReferences : [urlReference], search)
      },
    },
  }
}

/** Takes the queries out of finished style sheets, where they stand behind files of the same bundle. */
export function takeOutOfStyles(bundle: Bundle): void {
  const files = Object.values(bundle).flatMap((file) => (file.type === 'asset' ? [file] : []))
  const isOurs = (reference: string) => files.some(({ fileName }) => decoded(fileOf(reference)).endsWith(fileName))
  for (const style of files.filter(({ fileName }) => fileName.endsWith('.css'))) {
    const text = style.source.toString()
    const bare = text.replace(anyReference, (reference) =>
      isOurs(reference) ? (takeCompressQuery(reference)?.specifier ?? reference) : reference,
    )
    if (bare !== text) style.source = bare
  }
}

/** A part of a text that has a `?compress=`, and where it begins. */
interface Found {
  readonly reference: string
  readonly start: number
}

/** What the patterns find, each part of a text by the first of them. */
function findReferences(text: string, patterns: readonly RegExp[]): Found[] {
  const found: Found[] = []
  for (const { 0: all, 1: first, 2: reference = first ?? '', index } of patterns.flatMap((p) => [
    ...text.matchAll(p),
  ])) {
    const start = index + all.indexOf(reference)
    const isKnown = found.some((known) => start < known.start + known.reference.length && known.start <= start)
    if (!isKnown) found.push({ reference, start })
  }
  return found
}

/** Takes the queries out of a text, where they belong to files that are there. */
async function takeOut(code: string, patterns: readonly RegExp[], search: Search) {
  const found = findReferences(code, patterns)
  if (found.length === 0) return undefined
  const { default: MagicString } = await import('magic-string')
  const edited = new MagicString(code)
  for (const { reference, start } of found) {
    const bare = await request(reference, fileOf(search.importer), search)
    if (bare !== undefined) edited.overwrite(start, start + reference.length, bare)
  }
  if (!edited.hasChanged()) return undefined
  return { code: edited.toString(), map: edited.generateMap({ hires: 'boundary', source: search.importer }) }
}

/** Notes what a reference asks for. The reference without that, or `undefined` when there is no such file. */
async function request(reference: string, from: string, search: Search): Promise<string | undefined> {
  const taken = takeCompressQuery(reference.replaceAll('&amp;', '&'))
  if (!taken) return undefined
  const file = await findFile(fileOf(taken.specifier), from, search)
  if (file === undefined) return undefined
  await requestFile(file, taken.value, search.importer, search.session)
  return reference.includes('&amp;') ? taken.specifier.replaceAll('&', '&amp;') : taken.specifier
}

/** Notes what style sheets ask for that a style sheet imports. Whether there was anything. */
async function requestImported(code: string, from: string, seen: Set<string>, search: Search): Promise<boolean> {
  let isAsking = false
  for (const [, quoted, bare, other] of code.matchAll(styleImport)) {
    const specifier = quoted ?? bare ?? other ?? ''
    const file = await findStyle(specifier, from, search)
    if (file === undefined || seen.has(file)) continue
    seen.add(file)
    const text = await readFile(file, 'utf8')
    for (const { reference } of findReferences(text, styleReferences)) {
      if ((await request(reference, file, search)) !== undefined) isAsking = true
    }
    if (await requestImported(text, file, seen, search)) isAsking = true
  }
  return isAsking
}

/** Sass leaves out extensions and the underscore of partials. */
async function findStyle(specifier: string, from: string, search: Search): Promise<string | undefined> {
  const partial = specifier.replace(/[^/]+$/, '_$&')
  const spellings = [
    specifier,
    ...['.css', '.scss', '.sass', '.less'].flatMap((end) => [specifier + end, partial + end]),
  ]
  for (const spelling of spellings) {
    const file = resolve(dirname(from), spelling)
    if (await isFile(file)) return file
  }
  return findFile(specifier, from, search)
}

async function findFile(
  path: string,
  from: string,
  { context, config, importer }: Search,
): Promise<string | undefined> {
  const { root, publicDir } = config
  const places = path.startsWith('/')
    ? [join(publicDir || root, path), join(root, path)]
    : [resolve(dirname(from), path)]
  // Pages and style sheets may write what the file's name holds as a URL does.
  for (const place of [...places, ...places.map(decoded)]) if (await isFile(place)) return place
  const resolved = await context.resolve(path, importer, { skipSelf: true })
  return resolved && !resolved.external && (await isFile(fileOf(resolved.id))) ? fileOf(resolved.id) : undefined
}

async function isFile(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined)
  return stats?.isFile() ?? false
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function fileOf(id: string): string {
  return id.replace(/[?#].*$/s, '')
}
