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
 * @returns {string[]} One sentence each.
 */
export function contentProblems(files, sources) {
  const shipped = sources.filter((path) => !path.endsWith('.test.ts'))
  const expected = new Set([...pages, ...shipped.flatMap(builtFrom)])
  const strangers = files.filter((path) => !expected.has(path))
  const missing = [...required, ...shipped.flatMap(builtFrom)].filter((path) => !files.includes(path))
  return [
    ...strangers.map((path) => `${path} does not belong in the package. If its source is gone, run \`npm run clean\`.`),
    ...missing.map((path) => `${path} is missing. Run \`npm run build\`, or look at "files" in package.json.`),
  ]
}

/** The files that the compiler makes of a source. */
function builtFrom(source) {
  const stem = source.replace(/^src\//, 'dist/').replace(/\.ts$/, '')
  return [`${stem}.js`, `${stem}.d.ts`]
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
