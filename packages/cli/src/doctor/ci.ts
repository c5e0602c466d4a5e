import type { Finding } from './finding.js'
import type { Project } from './project.js'

/** A CI host whose jobs begin without the files of the last one, unless its configuration says what to keep. */
interface Host {
  readonly name: string
  /** Set in its jobs. */
  readonly variable: string
  /** Files of its configuration; a folder ends with a slash. */
  readonly files: readonly string[]
  readonly fix: string
}

const folder = 'node_modules/.cache/compress-fast'

const hosts: readonly Host[] = [
  {
    name: 'GitHub Actions',
    variable: 'GITHUB_ACTIONS',
    files: ['.github/workflows/'],
    fix: `Add a step before the build: uses: actions/cache@v4 with { path: ${folder}, key: compress-fast-\${{ github.sha }}, restore-keys: compress-fast- }`,
  },
  {
    name: 'GitLab CI',
    variable: 'GITLAB_CI',
    files: ['.gitlab-ci.yml'],
    fix: `Add to the job: cache: { key: compress-fast, paths: [${folder}] }`,
  },
  {
    name: 'CircleCI',
    variable: 'CIRCLECI',
    files: ['.circleci/config.yml'],
    fix: `Add restore_cache before the build and save_cache with paths: [${folder}] after it.`,
  },
  {
    name: 'Azure Pipelines',
    variable: 'TF_BUILD',
    files: ['azure-pipelines.yml', 'azure-pipelines.yaml', '.azure-pipelines/'],
    fix: `Add before the build: task: Cache@2 with inputs: { key: 'compress-fast | "$(Build.SourceVersion)"', restoreKeys: compress-fast, path: ${folder} }`,
  },
  {
    name: 'Bitbucket Pipelines',
    variable: 'BITBUCKET_BUILD_NUMBER',
    files: ['bitbucket-pipelines.yml'],
    fix: `Add definitions: { caches: { compress-fast: ${folder} } } and caches: [compress-fast] to the step.`,
  },
  {
    name: 'Travis CI',
    variable: 'TRAVIS',
    files: ['.travis.yml'],
    fix: `Add: cache: { directories: [${folder}] }`,
  },
]

/** Hosts that bring `node_modules` back for the next build, which `npm ci` then removes. */
const keepers: readonly Pick<Host, 'name' | 'files'>[] = [
  { name: 'Vercel', files: ['vercel.json'] },
  { name: 'Netlify', files: ['netlify.toml'] },
]

/** CI hosts of the project whose jobs begin without the results of the last. */
export function ciFindings(project: Project): Finding[] {
  return [...forgetful(project), ...undone(project)]
}

function undone(project: Project): Finding[] {
  return keepers.flatMap(({ name, files }) => {
    const found = files.flatMap((file) => configurations(file, project))
    const details = found.filter(({ text }) => /\bnpm (?:ci|clean-install)\b/.test(withoutComments(text)))
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
    const details = found.map(({ path }) => path)
    return [{ code: 'CACHE_NOT_KEPT', title: `${name} begins each job without the results of the last`, details, fix }]
  })
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

/** A line that names `node_modules` and nothing inside of it, as a value or in a list: what is in it is kept, too. */
const wholeFolder = /^[\s-]*(?:\w+:)?[\s'"[]*(?:[^\s'"]*\/)?node_modules\/?['"\]\s,]*$/m

function keepsCache(yaml: string): boolean {
  const said = withoutComments(yaml)
  return /node_modules\/\.cache|COMPRESS_FAST_CACHE_DIR/.test(said) || wholeFolder.test(said)
}

/** YAML or TOML without its comments. */
function withoutComments(text: string): string {
  return text.replace(/(^|\s)#.*$/gm, '$1')
}
