import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { addFixtures, fixture, project, run, write } from './harness.js'

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
  const devDependencies = { vite: '^5.0.0', 'vite-imagetools': '^7.0.0', 'image-minimizer-webpack-plugin': '^4.0.0' }
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
