/** Files beside the code that a package may hold. */
const pages = [
  'package.json',
  'README.md',
  'LICENSE',
  'API.md',
  'THIRD-PARTY-NOTICES.md',
  'SKILL.md',
  'client.d.ts',
  'compress-fast.sh',
  // Of the server: its page, and the script that is put together for it.
  'dist/page.js',
  'page/index.html',
  'page/page.css',
  'page/compare.js',
  'page/report.css',
  'page/table.js',
]
/** Files that every package must hold. */
const required = ['package.json', 'README.md', 'LICENSE']

/**
 * What is wrong with the list of files in a tarball.
 * @param {readonly string[]} files Paths in the tarball.
 * @param {readonly string[]} sources Paths of the package's TypeScript files, tests included, as `src/a.ts`.
 * @param {readonly string[]} [bundled] Where the code was put together in files of its own: their paths, as `lib/a.js`.
 * @returns {string[]} One sentence each.
 */
export function contentProblems(files, sources, bundled = []) {
  const shipped = sources.filter((path) => !path.endsWith('.test.ts'))
  const built = [...bundled, ...shipped.flatMap((path) => builtFrom(path, bundled.length > 0))]
  const expected = new Set([...pages, ...built])
  const strangers = files.filter((path) => !expected.has(path))
  const missing = [...required, ...built].filter((path) => !files.includes(path))
  return [
    ...strangers.map((path) => `${path} does not belong in the package. If its source is gone, run \`npm run clean\`.`),
    ...missing.map((path) => `${path} is missing. Run \`npm run build\`, or look at "files" in package.json.`),
  ]
}

/** The files that ship of those which the compiler makes of a source: of a bundled one the declarations. */
function builtFrom(source, isBundled) {
  const stem = source.replace(/^src\//, 'dist/').replace(/\.ts$/, '')
  return isBundled ? [`${stem}.d.ts`] : [`${stem}.js`, `${stem}.d.ts`]
}

/**
 * The files that a package's code was put together in: those that are named, and what these import.
 * @param {readonly string[]} entries Paths in the package, as `lib/a.js`.
 * @param {(path: string) => Promise<string>} read
 * @returns {Promise<string[]>}
 */
export async function reachedFrom(entries, read) {
  const reached = [...entries]
  for (const path of reached) {
    const text = await read(path)
    for (const [, name] of text.matchAll(/(?:from|import)\s*\(?\s*["']\.\/([^"'/]+)["']/g)) {
      if (!reached.includes(`lib/${name}`)) reached.push(`lib/${name}`)
    }
  }
  return reached
}

/**
 * What is wrong with the text of a built file: a source map that was not packed is a broken link in every debugger.
 * @param {string} path
 * @param {string} text
 * @returns {string[]}
 */
export function textProblems(path, text) {
  return /^\/\/# sourceMappingURL=/m.test(text) ? [`${path} names a source map that is not in the package.`] : []
}
