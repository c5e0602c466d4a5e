/** A CI host whose jobs begin without the files of the last one, unless its configuration says what to keep. */
export interface Host {
  readonly name: string
  /** Set in its jobs. */
  readonly variable: string
  /** Files of its configuration; a folder ends with a slash. */
  readonly files: readonly string[]
  /**
   * The words of a step that brings back what was kept, where that is a step among others; `null` where it comes first,
   * before anything is installed.
   */
  readonly step: RegExp | null
  readonly fix: string
}

const folder = 'node_modules/.cache/compress-fast'
// `npm ci` empties node_modules, so what is there before it runs has to lie elsewhere.
const outside = '.compress-fast-cache'
const moved = `COMPRESS_FAST_CACHE_DIR: ${outside}`
const inNodeModules = /node_modules/g

export const hosts: readonly Host[] = [
  {
    name: 'GitHub Actions',
    variable: 'GITHUB_ACTIONS',
    files: ['.github/workflows/'],
    step: inNodeModules,
    fix: `Add a step between npm ci and the build: uses: actions/cache@v4 with { path: ${folder}, key: compress-fast-\${{ github.sha }}, restore-keys: compress-fast- }`,
  },
  {
    name: 'GitLab CI',
    variable: 'GITLAB_CI',
    files: ['.gitlab-ci.yml'],
    step: null,
    fix: `Add to the job: variables: { ${moved} } and cache: { key: compress-fast, paths: [${outside}] }`,
  },
  {
    name: 'CircleCI',
    variable: 'CIRCLECI',
    files: ['.circleci/config.yml'],
    step: /restore_cache/g,
    fix: `Add restore_cache between npm ci and the build, and save_cache with paths: [${folder}] after it.`,
  },
  {
    name: 'Azure Pipelines',
    variable: 'TF_BUILD',
    files: ['azure-pipelines.yml', 'azure-pipelines.yaml', '.azure-pipelines/'],
    step: inNodeModules,
    fix: `Add between npm ci and the build: task: Cache@2 with inputs: { key: 'compress-fast | "$(Build.SourceVersion)"', restoreKeys: compress-fast, path: ${folder} }`,
  },
  {
    name: 'Bitbucket Pipelines',
    variable: 'BITBUCKET_BUILD_NUMBER',
    files: ['bitbucket-pipelines.yml'],
    step: null,
    fix: `Add definitions: { caches: { compress-fast: ${outside} } }, caches: [compress-fast] to the step, and to its script: export COMPRESS_FAST_CACHE_DIR=${outside}`,
  },
  {
    name: 'Travis CI',
    variable: 'TRAVIS',
    files: ['.travis.yml'],
    step: null,
    fix: `Add: cache: { directories: [${outside}] } and env: { global: [COMPRESS_FAST_CACHE_DIR=${outside}] }`,
  },
  {
    name: 'AWS Amplify',
    variable: 'AWS_BRANCH',
    files: ['amplify.yml'],
    step: null,
    fix: `Add to cache: paths: ['${outside}/**/*'], and set COMPRESS_FAST_CACHE_DIR to ${outside} among the environment variables.`,
  },
  {
    name: 'AWS CodeBuild',
    variable: 'CODEBUILD_BUILD_ID',
    files: ['buildspec.yml', 'buildspec.yaml'],
    step: null,
    fix: `Add: cache: { paths: ['${outside}/**/*'] } and env: { variables: { ${moved} } }`,
  },
]

/** Hosts that bring `node_modules` back for the next build, which `npm ci` then removes. */
export const keepers: readonly Pick<Host, 'name' | 'files'>[] = [
  { name: 'Vercel', files: ['vercel.json'] },
  { name: 'Netlify', files: ['netlify.toml'] },
]

/** What Cloudflare keeps for the next build, by the package of a framework; of others it keeps nothing that is built. */
export const keptByCloudflare: Readonly<Record<string, string>> = {
  astro: 'node_modules/.astro',
  next: '.next/cache',
  nuxt: 'node_modules/.cache/nuxt',
  '@11ty/eleventy': '.cache',
  gatsby: '.cache',
  // All of node_modules/.cache, where results are anyway.
  '@docusaurus/core': '',
}
