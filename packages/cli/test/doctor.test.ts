import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { addFixtures, drawing, fixture, project, run, write } from './harness.js'

interface Told {
  code: string
  title: string
  details: string[]
  fix: string
}

async function examine(cwd: string, env: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; findings: Told[] }> {
  const { code, text, stderr } = await run(['doctor', '--json'], { cwd, env })
  expect(stderr).toBe('')
  return { code, findings: JSON.parse(text) }
}

test('a project with nothing to mend ends with 0', async () => {
  const cwd = project()
  addFixtures(join(cwd, 'img'), ['photo.jpg', 'icon.svg', 'letter.docx', 'leaflet.pdf'])
  expect(await run(['doctor'], { cwd })).toMatchObject({ code: 0, text: '✔ Nothing to mend.\n', stderr: '' })
})

test('finds what is wrong with files, each with its fix', async () => {
  const cwd = project()
  addFixtures(join(cwd, 'img'), ['lfs-pointer.png', 'broken.png', 'empty.png', 'photo-rotated.jpg'])
  write(join(cwd, 'img/my photo.png'), fixture('mislabelled.png'))
  const wide = sharp({ create: { width: 4000, height: 10, channels: 3, background: 'red' } })
  write(join(cwd, 'img/wide.png'), await wide.png().toBuffer())
  const { code, findings } = await examine(cwd)
  expect(code).toBe(1)
  expect(findings.map((finding) => [finding.code, finding.details])).toEqual([
    ['LFS_POINTER', ['img/lfs-pointer.png']],
    ['DAMAGED', expect.arrayContaining(['img/broken.png', 'img/empty.png'])],
    ['WRONG_EXTENSION', ["img/my photo.png is jpeg: git mv 'img/my photo.png' 'img/my photo.jpg'"]],
    ['SIDEWAYS', ['img/photo-rotated.jpg (orientation 6)']],
    ['HUGE', ['img/wide.png (4000 × 10)']],
  ])
  const { text } = await run(['doctor'], { cwd })
  for (const { title } of findings) expect(text).toContain(`✖ ${title}.`)
  for (const { fix } of findings) expect(text).toContain(`→ ${fix}`)
})

test('finds what git left in a lock file where branches conflict', async () => {
  const cwd = project()
  write(join(cwd, 'compress-fast.lock'), '# 0\n<<<<<<< HEAD\n# 1\n')
  const { code, findings } = await examine(cwd)
  expect(code).toBe(1)
  expect(findings).toMatchObject([
    { code: 'LOCK_DAMAGED', details: ['compress-fast.lock:2 is a conflict marker of git'] },
  ])
})

test('finds a second optimiser, and packages that do not go together', async () => {
  const cwd = project()
  const devDependencies = { vite: '^5.0.0', 'vite-plugin-imagemin': '^0.6.1', 'vite-plugin-compress-fast': '^0.1.0' }
  write(join(cwd, 'package.json'), JSON.stringify({ devDependencies }))
  const versions = { vite: '5.4.2', 'vite-plugin-compress-fast': '0.1.0', 'unplugin-compress-fast': '0.0.9' }
  for (const [name, version] of Object.entries(versions)) {
    write(join(cwd, `node_modules/${name}/package.json`), JSON.stringify({ name, version }))
  }
  const { code, findings } = await examine(cwd)
  expect(code).toBe(1)
  expect(findings).toEqual([
    expect.objectContaining({ code: 'MIXED_VERSIONS', fix: 'npm install -D vite-plugin-compress-fast@latest' }),
    expect.objectContaining({ code: 'BUNDLER_VERSION', fix: 'npm install -D vite@latest' }),
    expect.objectContaining({
      code: 'DOUBLE_OPTIMISER',
      fix: expect.stringContaining('npm uninstall vite-plugin-imagemin'),
    }),
  ])
})

test('finds CI that forgets the cache, until it keeps it', async () => {
  const cwd = project()
  const workflow = join(cwd, '.github/workflows/build.yml')
  write(
    workflow,
    'jobs:\n  build:\n    steps:\n      # path: node_modules/.cache\n      - run: rm -rf node_modules && npm ci\n',
  )
  const { findings } = await examine(cwd)
  expect(findings).toMatchObject([{ code: 'CACHE_NOT_KEPT', details: ['.github/workflows/build.yml'] }])
  expect(findings[0]?.fix).toContain('actions/cache@v4')
  for (const path of ['node_modules/.cache/compress-fast', 'node_modules', '"./node_modules/"']) {
    write(
      workflow,
      `${readFileSync(workflow, 'utf8')}      - uses: actions/cache@v4\n        with:\n          path: ${path}\n`,
    )
    expect((await examine(cwd)).code, path).toBe(0)
  }
  expect((await examine(cwd, { GITLAB_CI: 'true' })).findings).toMatchObject([{ code: 'CACHE_NOT_KEPT' }])
  expect((await examine(cwd, { GITLAB_CI: 'true', COMPRESS_FAST_CACHE_DIR: 'kept' })).code).toBe(0)
})

test.each([
  ['vercel.json', '{ "installCommand": "npm ci" }', '{ "installCommand": "npm install" }'],
  [
    'netlify.toml',
    '[build]\n  command = "npm ci && npm run build"\n',
    '[build] # npm ci\n  command = "npm run build"\n',
  ],
])('finds a %s that removes what the host keeps', async (path, wrong, mended) => {
  const cwd = project()
  write(join(cwd, path), wrong)
  const { code, findings } = await examine(cwd)
  expect(code).toBe(1)
  expect(findings).toMatchObject([{ code: 'CACHE_NOT_KEPT', details: [path] }])
  expect(findings[0]?.fix).toContain('npm install')
  write(join(cwd, path), mended)
  expect((await examine(cwd)).code).toBe(0)
})

test('finds all of it at once, each once', async () => {
  const cwd = project()
  addFixtures(join(cwd, 'img'), ['lfs-pointer.png', 'broken.png', 'photo-rotated.jpg'])
  write(join(cwd, 'img/photo.png'), fixture('mislabelled.png'))
  const wide = sharp({ create: { width: 4000, height: 10, channels: 3, background: 'red' } })
  write(join(cwd, 'img/wide.png'), await wide.png().toBuffer())
  const devDependencies = { vite: '^5.0.0', 'unplugin-imagemin': '^0.7.0', 'image-minimizer-webpack-plugin': '^4.0.0' }
  write(join(cwd, 'package.json'), JSON.stringify({ devDependencies }))
  write(join(cwd, 'node_modules/vite/package.json'), '{ "name": "vite", "version": "5.4.2" }')
  write(join(cwd, 'vite.config.js'), "export default { plugins: [compress({ engine: 'api' })] }")
  write(join(cwd, 'turbo.json'), '{ "tasks": { "build": {} } }')
  write(join(cwd, '.gitlab-ci.yml'), 'build:\n  script: npm run build\n')
  write(join(cwd, '.circleci/config.yml'), 'jobs: {}\n')
  write(join(cwd, 'vercel.json'), '{ "installCommand": "npm ci" }')
  const { code, findings } = await examine(cwd, { COMPRESS_FAST_URL: 'https://compress.example' })
  expect(code).toBe(1)
  expect(findings.map((finding) => [finding.code, finding.details.length])).toEqual([
    ['BUNDLER_VERSION', 0],
    ['KEY_MISSING', 1],
    ['VARIABLE_STRIPPED', 1],
    ['CACHE_NOT_KEPT', 1],
    ['CACHE_NOT_KEPT', 1],
    ['CACHE_NOT_KEPT', 1],
    ['DOUBLE_OPTIMISER', 2],
    ['LFS_POINTER', 1],
    ['DAMAGED', 1],
    ['WRONG_EXTENSION', 1],
    ['SIDEWAYS', 1],
    ['HUGE', 1],
  ])
  const { text } = await run(['doctor'], { cwd, env: { COMPRESS_FAST_URL: 'https://compress.example' } })
  for (const { title, fix } of findings) {
    expect(text).toContain(`✖ ${title}.`)
    expect(text).toContain(`→ ${fix}`)
  }
})

test('finds a key that is missing, and one that Turborepo keeps from the build', async () => {
  const cwd = project()
  write(join(cwd, 'vite.config.ts'), "export default { plugins: [compress({ engine: 'api' })] }")
  const turbo = (text: string) => write(join(cwd, 'turbo.json'), text)
  turbo('{\n  // what is built\n  "tasks": { "build": { "env": ["OTHER"], }, "lint": {} },\n}')
  const missing = await examine(cwd)
  expect(missing.findings).toMatchObject([{ code: 'KEY_MISSING', details: ['vite.config.ts'] }])
  const env = { TOOLS_FAST_API_KEY: 'key-of-a-test' }
  const stripped = await examine(cwd, env)
  expect(stripped.findings).toMatchObject([
    { code: 'VARIABLE_STRIPPED', fix: 'Add to turbo.json: "globalPassThroughEnv": ["TOOLS_FAST_API_KEY"]' },
  ])
  expect(JSON.stringify(stripped)).not.toContain(env.TOOLS_FAST_API_KEY)
  for (const mended of [
    '{ "globalPassThroughEnv": ["TOOLS_FAST_API_KEY"] }',
    '{ "tasks": { "web#build": { "passThroughEnv": ["TOOLS_*"] } } }',
    '{ "envMode": "loose" }',
  ]) {
    turbo(mended)
    expect((await examine(cwd, env)).code, mended).toBe(0)
  }
  turbo('{ "globalEnv": ["TOOLS_*", "!TOOLS_FAST_API_KEY"] }')
  expect((await examine(cwd, env)).code).toBe(1)
})

test('finds every optimiser beside it, and takes no maker of sizes for one', async () => {
  const cwd = project()
  const optimisers = [
    '@rsbuild/plugin-image-compress',
    'astro-compress',
    'image-minimizer-webpack-plugin',
    'next-optimized-images',
    'unplugin-imagemin',
    'vite-plugin-image-optimizer',
    'vite-plugin-imagemin',
  ]
  const makers = ['vite-imagetools', '@sveltejs/enhanced-img', 'sharp', '@nuxt/image']
  const devDependencies = Object.fromEntries([...optimisers, ...makers].map((name) => [name, '*']))
  write(join(cwd, 'package.json'), JSON.stringify({ devDependencies }))
  expect((await examine(cwd)).findings).toMatchObject([{ code: 'DOUBLE_OPTIMISER', details: optimisers }])
})

const kept = 'node_modules/.cache/compress-fast'

test.each<[string, string, string, string]>([
  [
    'GitHub Actions',
    '.github/workflows/ci.yml',
    `jobs:\n  a:\n    steps:\n      - uses: actions/cache@v4\n        with: { path: ${kept}, key: k }\n      - run: npm ci\n      - run: npm run build\n`,
    `jobs:\n  lint:\n    steps:\n      - run: npm ci\n  a:\n    steps:\n      - run: npm ci\n      - uses: actions/cache@v4\n        with: { path: ${kept}, key: k }\n  b:\n    steps:\n      - run: npm ci\n`,
  ],
  [
    'GitLab CI',
    '.gitlab-ci.yml',
    `build:\n  cache: { key: k, paths: [${kept}] }\n  script:\n    - npm ci\n    - npm run build\n`,
    'build:\n  variables: { COMPRESS_FAST_CACHE_DIR: .compress-fast-cache }\n  cache: { key: k, paths: [.compress-fast-cache] }\n  script:\n    - npm ci\n',
  ],
  [
    'CircleCI',
    '.circleci/config.yml',
    `jobs:\n  a:\n    steps:\n      - restore_cache: { keys: [k] }\n      - run: npm ci\n      - save_cache: { key: k, paths: [${kept}] }\n`,
    `jobs:\n  a:\n    steps:\n      - restore_cache: { keys: [npm] }\n      - run: npm ci\n      - restore_cache: { keys: [k] }\n      - save_cache: { key: k, paths: [${kept}] }\n`,
  ],
  [
    'Azure Pipelines',
    'azure-pipelines.yml',
    `steps:\n  - task: Cache@2\n    inputs: { key: k, path: ${kept} }\n  - script: npm ci\n`,
    `steps:\n  - script: npm ci\n  - task: Cache@2\n    inputs: { key: k, path: ${kept} }\n`,
  ],
  [
    'Bitbucket Pipelines',
    'bitbucket-pipelines.yml',
    `definitions: { caches: { cf: ${kept} } }\npipelines:\n  default:\n    - step: { caches: [cf], script: [npm ci] }\n`,
    'definitions: { caches: { cf: .c } }\npipelines:\n  default:\n    - step: { caches: [cf], script: [export COMPRESS_FAST_CACHE_DIR=.c, npm ci] }\n',
  ],
  [
    'AWS Amplify',
    'amplify.yml',
    "frontend:\n  phases:\n    preBuild:\n      commands:\n        - npm ci\n  cache:\n    paths:\n      - 'node_modules/**/*'\n",
    "frontend:\n  phases:\n    preBuild:\n      commands:\n        - npm install\n  cache:\n    paths:\n      - 'node_modules/**/*'\n",
  ],
])('%s: finds a cache that npm ci removes again', async (name, path, wrong, mended) => {
  const cwd = project()
  write(join(cwd, path), wrong)
  const { findings } = await examine(cwd)
  expect(findings).toMatchObject([
    { code: 'CACHE_NOT_KEPT', title: expect.stringMatching(`^${name} .*npm ci removes them`), details: [path] },
  ])
  write(join(cwd, path), mended)
  expect((await examine(cwd)).findings).toEqual([])
  write(join(cwd, path), '# nothing of the kind\n')
  expect((await examine(cwd)).findings).toMatchObject([{ title: expect.stringContaining(`${name} begins each`) }])
})

test('finds what Cloudflare forgets, and where it keeps something', async () => {
  const cwd = project()
  const env = { CF_PAGES: '1' }
  const fixOf = async (dependencies: object) => {
    write(join(cwd, 'package.json'), JSON.stringify({ dependencies }))
    return (await examine(cwd, env)).findings.map(({ code, fix }) => [code, fix])
  }
  expect(await fixOf({})).toEqual([['CACHE_NOT_KEPT', expect.stringContaining('COMPRESS_FAST_CACHE_REMOTE')]])
  const inAstro = 'COMPRESS_FAST_CACHE_DIR to node_modules/.astro/compress-fast'
  expect(await fixOf({ astro: '*' })).toEqual([['CACHE_NOT_KEPT', expect.stringContaining(inAstro)]])
  expect(await fixOf({ '@docusaurus/core': '*' })).toEqual([])
  write(join(cwd, 'package.json'), '{}')
  write(join(cwd, 'wrangler.toml'), 'pages_build_output_dir = "dist"\n')
  expect((await examine(cwd)).findings).toMatchObject([{ code: 'CACHE_NOT_KEPT', details: ['wrangler.toml'] }])
  write(join(cwd, 'wrangler.toml'), '# pages_build_output_dir = "dist"\nmain = "worker.js"\n')
  expect((await examine(cwd)).code).toBe(0)
})

test('finds a Dockerfile that builds without results, until it has a mount', async () => {
  const cwd = project()
  const docker = (build: string) => `FROM node:22-alpine\nWORKDIR /site\nCOPY . .\nRUN npm ci\n${build}\nCMD ["x"]\n`
  write(join(cwd, 'Dockerfile'), docker('RUN npm \\\n  run build'))
  expect((await examine(cwd)).code).toBe(0)
  write(join(cwd, 'package.json'), '{ "devDependencies": { "vite-plugin-compress-fast": "*" } }')
  const { findings } = await examine(cwd)
  const mount = '--mount=type=cache,target=/site/node_modules/.cache/compress-fast'
  expect(findings).toMatchObject([{ code: 'CACHE_NOT_KEPT', details: ['Dockerfile'] }])
  expect(findings[0]?.fix).toContain(mount)
  write(join(cwd, 'Dockerfile'), docker(`RUN ${mount} npm run build`))
  expect((await examine(cwd)).code).toBe(0)
})

test('finds installations without codecs, here and on machines of another kind', async () => {
  const cwd = project()
  write(join(cwd, '.npmrc'), 'fund=false\nomit=optional\n')
  write(join(cwd, 'Dockerfile'), 'FROM node:22-alpine\nRUN npm ci --omit=dev --omit=optional\n')
  write(join(cwd, 'netlify.toml'), '# npm ci --omit=optional\n')
  const packages = (...systems: string[]) =>
    Object.fromEntries(systems.map((system) => [`node_modules/@img/sharp-${system}`, { optional: true }]))
  const lock = (...systems: string[]) =>
    write(join(cwd, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages(...systems) } }))
  lock('darwin-arm64', 'libvips-darwin-arm64')
  const { findings } = await examine(cwd)
  expect(findings).toMatchObject([
    { code: 'OPTIONAL_OMITTED', details: ['.npmrc', 'Dockerfile'] },
    { code: 'OTHER_SYSTEM', title: expect.stringContaining('for linux-x64 and linuxmusl-x64,') },
  ])
  write(join(cwd, '.npmrc'), 'fund=false\n')
  write(join(cwd, 'Dockerfile'), 'FROM node:22\nRUN npm ci --omit=dev\n')
  lock('darwin-arm64', 'linux-x64')
  expect((await examine(cwd)).findings).toEqual([])
})

/** The program as an installation without optional packages has it: the codecs are there, their native parts are not. */
function withoutOptional(modules: string): string {
  const real = fileURLToPath(new URL('../../../node_modules/', import.meta.url))
  const copied = ['compress-fast', '@compress-fast/engine', 'sharp']
  const isOurs = (path: string) => !/[\\/](?:src|test|node_modules)$/.test(path)
  for (const name of copied) {
    cpSync(realpathSync(join(real, name)), join(modules, name), { recursive: true, filter: isOurs })
  }
  const left = new Set(['@img', '@napi-rs', '@compress-fast', ...copied])
  for (const name of readdirSync(real)) {
    if (!name.startsWith('.') && !left.has(name)) symlinkSync(join(real, name), join(modules, name))
  }
  return join(modules, 'compress-fast/dist/cli.js')
}

test('finds codecs that are not installed', () => {
  const cwd = project()
  const program = withoutOptional(join(project(), 'node_modules'))
  const { status, stdout } = spawnSync(process.execPath, [program, 'doctor', '--json'], { cwd, encoding: 'utf8' })
  const findings: Told[] = JSON.parse(stdout)
  expect([status, findings]).toEqual([1, [expect.objectContaining({ code: 'ENGINE_UNAVAILABLE' })]])
  expect(findings[0]?.fix).toContain('--include=optional')
})

test('finds what git does to a lock file and to what it locks', async () => {
  const cwd = project()
  const git = (...args: string[]) => execFileSync('git', args, { cwd, stdio: 'ignore' })
  git('init')
  write(join(cwd, 'src/a.svg'), drawing(1))
  await run(['src', '--lock', '--out', 'out', '--quiet', '--cache-dir', 'compress-fast-cache'], { cwd })
  write(join(cwd, '.gitignore'), 'out/\n*.lock\n')
  write(join(cwd, '.gitattributes'), '* text=auto\ncompress-fast* export-ignore\n')
  const { findings } = await examine(cwd)
  expect(findings.map(({ code, details }) => [code, details])).toEqual([
    ['LOCK_IGNORED', ['.gitignore']],
    ['EXPORT_IGNORED', ['compress-fast.lock', 'compress-fast-cache']],
    ['LOCKED_LINE_ENDS', ['src/a.svg']],
  ])
  write(join(cwd, '.gitignore'), 'out/\n*.lock\n!compress-fast.lock\n')
  write(join(cwd, '.gitattributes'), '* text=auto\n*.svg text eol=lf\n')
  expect((await examine(cwd)).findings).toEqual([])
  // In a folder without git nothing is rewritten.
  rmSync(join(cwd, '.git'), { recursive: true })
  write(join(cwd, '.gitattributes'), '')
  expect((await examine(cwd)).findings).toEqual([])
})

test('finds a plugin of webpack where Next.js builds with Turbopack', async () => {
  const cwd = project()
  write(join(cwd, 'next.config.ts'), "import { CompressFastPlugin } from 'compress-fast-webpack-plugin'\n")
  const next = (version: string, build: string) => {
    write(join(cwd, 'package.json'), JSON.stringify({ dependencies: { next: '*' }, scripts: { build } }))
    write(join(cwd, 'node_modules/next/package.json'), JSON.stringify({ name: 'next', version }))
  }
  for (const [version, build, codes] of [
    ['16.1.0', 'next build', ['TURBOPACK']],
    ['16.1.0', 'next build --webpack', []],
    ['15.5.0', 'next build', []],
    ['15.5.0', 'NODE_ENV=production next build --turbopack', ['TURBOPACK']],
  ] as const) {
    next(version, build)
    expect(
      (await examine(cwd)).findings.map(({ code }) => code),
      `${version} ${build}`,
    ).toEqual(codes)
  }
})

test('finds what Turborepo keeps from a shared cache', async () => {
  const cwd = project()
  write(join(cwd, 'turbo.json'), '{ "tasks": { "build": { "env": ["COMPRESS_FAST_*"] } } }')
  const env = { COMPRESS_FAST_CACHE_REMOTE: 's3://bucket/site', AWS_SECRET_ACCESS_KEY: 'secret-of-a-test' }
  const { findings } = await examine(cwd, env)
  expect(findings).toMatchObject([
    { code: 'VARIABLE_STRIPPED', fix: expect.stringContaining('"AWS_SECRET_ACCESS_KEY"') },
  ])
  expect(JSON.stringify(findings)).not.toContain('secret-of-a-test')
})
