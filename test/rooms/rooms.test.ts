import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const repository = resolve(import.meta.dirname, '../..')
const biome = join(repository, 'node_modules/@biomejs/biome/bin/biome')

/** One room: what it may import, what it may not, and a part of the message that says what to do instead. */
interface Room {
  readonly file: string
  readonly allowed: readonly string[]
  readonly refused: readonly string[]
  readonly advice: string
}

const bottom = [
  '../types.js',
  '../errors.js',
  '../util/path.js',
  '@compress-fast/engine/inspect',
  'node:fs',
  './own.js',
]
const top = ['../plugin.js', '../open-session.js', '../shared-state.js', '../vite.js', 'unplugin-compress-fast/vite']

const rooms: readonly Room[] = [
  {
    file: 'src/util/room.ts',
    allowed: ['./own.js', 'node:path', '@compress-fast/engine/inspect'],
    refused: [...top, '../types.js', '../cache/cache.js', '../pipeline/judge.js'],
    advice: 'Pass the value in',
  },
  {
    file: 'src/types.ts',
    allowed: ['@compress-fast/engine'],
    refused: ['./options.js', './errors.js', './util/path.js', './engine/engine.js', 'unplugin-compress-fast'],
    advice: 'Move the code up',
  },
  {
    file: 'src/errors.ts',
    allowed: ['@compress-fast/engine/inspect'],
    refused: ['./types.js', './pipeline/report.js'],
    advice: 'Move the code up',
  },
  {
    file: 'src/package-file.ts',
    allowed: ['node:url'],
    refused: ['./types.js', './pipeline/report.js'],
    advice: 'Move the code up',
  },
  {
    file: 'src/cache/room.ts',
    allowed: [...bottom, 'p-limit'],
    refused: [
      ...top,
      '../api/client.js',
      '../engine/engine.js',
      '../hosts/host.js',
      '../pipeline/work.js',
      '@compress-fast/engine',
    ],
    advice: 'src/open-session.ts',
  },
  {
    file: 'src/api/room.ts',
    allowed: [...bottom, 'undici', 'p-limit'],
    refused: [
      ...top,
      '../client.js',
      '../options.js',
      '../engine/engine.js',
      '../cache/cache.js',
      '../hosts/host.js',
      '../pipeline/work.js',
      '@compress-fast/engine',
    ],
    advice: '`engine/api.ts` makes an engine of it',
  },
  {
    file: 'src/engine/room.ts',
    allowed: bottom,
    refused: [
      ...top,
      '../api/client.js',
      '../cache/cache.js',
      '../hosts/host.js',
      '../pipeline/work.js',
      '@compress-fast/engine',
    ],
    advice: 'Pass what you need in with the request',
  },
  {
    file: 'src/engine/api.ts',
    allowed: [...bottom, '../api/client.js'],
    refused: [...top, '../cache/cache.js', '../hosts/host.js', '../pipeline/work.js', '@compress-fast/engine'],
    advice: 'Pass what you need in with the request',
  },
  {
    file: 'src/engine/local.ts',
    allowed: [...bottom, '@compress-fast/engine'],
    refused: [...top, '../api/client.js', '../cache/cache.js', '../hosts/host.js', '../pipeline/work.js'],
    advice: 'Pass what you need in with the request',
  },
  {
    file: 'src/hosts/room.ts',
    allowed: [...bottom, '../package-file.js', 'vite', 'magic-string', './host.js'],
    refused: [
      ...top,
      '../api/client.js',
      '../cache/key.js',
      '../engine/engine.js',
      '../pipeline/session.js',
      '../options.js',
    ],
    advice: 'Add what is missing to the port',
  },
  {
    file: 'src/pipeline/room.ts',
    allowed: [
      ...bottom,
      '../options.js',
      '../engine/engine.js',
      '../cache/cache.js',
      '../cache/key.js',
      '../hosts/host.js',
      '../report/budgets.js',
    ],
    refused: [
      ...top,
      '../api/client.js',
      '../engine/local.js',
      '../cache/disk.js',
      '../hosts/vite.js',
      '@compress-fast/engine',
    ],
    advice: 'Take the implementation as a parameter',
  },
  {
    file: 'src/report/room.ts',
    allowed: [...bottom, '../package-file.js', '../options.js'],
    refused: [...top, '../pipeline/report.js', '../hosts/host.js', '../engine/engine.js', '../resolve-options.js'],
    advice: 'Add what is missing to `Report`',
  },
  {
    file: 'src/options.ts',
    allowed: ['./types.js', './errors.js', './util/nearest.js', './engine/engine.js', './resolve-api.js'],
    refused: ['./plugin.js', './engine/local.js', './api/client.js', './cache/location.js', './pipeline/report.js'],
    advice: 'Import its interface',
  },
  {
    file: 'src/plugin.ts',
    allowed: ['./cache/disk.js', './engine/local.js', './hosts/vite.js', './pipeline/session.js', 'unplugin'],
    refused: [],
    advice: '',
  },
  {
    file: 'packages/vite/src/index.ts',
    allowed: ['unplugin-compress-fast/vite', 'unplugin-compress-fast', 'vite'],
    refused: ['../../../src/vite.js', '../../../dist/vite.js', '@compress-fast/engine'],
    advice: 'Export what is missing from the core',
  },
  {
    file: 'packages/cli/src/room.ts',
    allowed: [
      './own.js',
      'unplugin-compress-fast/cli',
      'unplugin-compress-fast/client',
      '@compress-fast/engine/inspect',
    ],
    refused: ['../../../src/cli.js', '../../engine/dist/index.js', 'vite', '@compress-fast/server'],
    advice: 'src/cli.ts',
  },
  {
    file: 'packages/engine/src/codecs/room.ts',
    allowed: ['../metric/plane.js', '../../package.json', 'sharp'],
    refused: ['../../../../src/types.js', '../../../vite/src/index.js', 'unplugin-compress-fast', 'vite'],
    advice: 'Take what you need as a parameter',
  },
  {
    file: 'packages/server/src/jobs/room.ts',
    allowed: [
      '../store/store.js',
      '@compress-fast/engine',
      '@compress-fast/engine/sniff',
      'ajv/dist/2020.js',
      'libsql',
    ],
    refused: ['../../../engine/src/index.js', '../../../engine/dist/index.js', 'unplugin-compress-fast', 'vite'],
    advice: 'add it to the engine',
  },
]

/** The part of Biome's JSON report that is read here. */
interface Finding {
  readonly category: string
  readonly message: string
  readonly location: { readonly path: string; readonly start: { readonly line: number } }
}

let findings: readonly Finding[] = []
let folder = ''

const importsOf = ({ allowed, refused }: Room): readonly string[] => [...allowed, ...refused]
/** The ways to import something; each path is imported in each of them, one a line. */
const spellings = [
  (path: string, n: number) => `import { a as a${n} } from '${path}'`,
  (path: string, n: number) => `import type { A as B${n} } from '${path}'`,
  (path: string, n: number) => `export { c as c${n} } from '${path}'`,
  (path: string, n: number) => `export const d${n} = () => import('${path}')`,
]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compress-fast-rooms-'))
  for (const name of ['biome.json', '.gitignore']) await cp(join(repository, name), join(folder, name))
  for (const room of rooms) {
    const lines = importsOf(room).flatMap((path, n) => spellings.map((spell) => spell(path, n)))
    await mkdir(dirname(join(folder, room.file)), { recursive: true })
    await writeFile(join(folder, room.file), `${lines.join('\n')}\n`)
  }
  findings = (await lint(folder)).filter(({ category }) => category.endsWith('noRestrictedImports'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function lint(cwd: string): Promise<readonly Finding[]> {
  return new Promise((resolve, reject) => {
    const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.']
    execFile(process.execPath, args, { cwd, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const start = stdout.indexOf('{')
      // Findings make the exit code 1, which is what is hoped for here; only silence is trouble.
      if (start < 0) reject(new Error(`Biome said nothing: ${stderr}`, { cause: error }))
      else resolve(JSON.parse(stdout.slice(start)).diagnostics)
    })
  })
}

describe.each(rooms)('$file', (room) => {
  test('may import what lies below it, and for the rest is told what to do instead', () => {
    const found = findings.filter(({ location }) => location.path.replaceAll('\\', '/').endsWith(room.file))
    const lines = new Set(found.map(({ location }) => location.start.line))
    const refused = importsOf(room).filter((_, n) => spellings.every((_, k) => lines.has(n * spellings.length + k + 1)))
    expect(refused).toEqual(room.refused)
    expect(lines.size).toBe(room.refused.length * spellings.length)
    for (const { message } of found) expect(message).toContain(room.advice)
  })
})
