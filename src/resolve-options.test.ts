import { describe, expect, test } from 'vitest'
import { OptionError } from './errors.js'
import { optionEffects, type ResolvedOptions } from './options.js'
import { qualityName, resolveOptions, wishOf } from './resolve-options.js'
import type { Format } from './types.js'

const env = {}

describe('defaults', () => {
  test('answer every question', () => {
    const options = resolveOptions({}, env)
    const base = { quality: 80, effort: 'balanced', metadata: 'safe' }
    expect(options).toMatchObject({
      engine: 'local',
      fallback: null,
      deadline: null,
      api: { key: null, url: 'https://api.tools.fast', maxCredits: 1000, maxUncertain: 1, timeoutMs: 300_000 },
      base,
      include: [],
      exclude: [],
      minSize: 1024,
      minSavings: { bytes: 256, percent: 2 },
      overrides: [],
      inline: true,
      dirs: [],
      cache: { dir: null, maxSize: 2 ** 30 },
      lockFile: { path: 'compress-fast.lock', isWanted: false },
      frozen: false,
      onError: 'warn',
      report: { terminal: true, json: null, html: null, markdown: null, base: null, annotations: null },
      budgets: [],
    })
    const formats = ['jpeg', 'png', 'gif', 'webp', 'avif', 'svg', 'tiff', 'bmp', 'ico', 'pdf', 'docx', 'pptx', 'xlsx']
    expect(options.formats).toEqual(Object.fromEntries(formats.map((format) => [format, base])))
    expect(options.concurrency).toBeGreaterThanOrEqual(1)
  })

  test('hold for undefined options and undefined fields', () => {
    expect(resolveOptions(undefined, env)).toEqual(resolveOptions({ quality: undefined, cache: undefined }, env))
  })

  test('a format inherits what it does not set', () => {
    const { formats } = resolveOptions({ quality: 'small', formats: { png: { effort: 'max' }, gif: false } }, env)
    expect(formats.png).toEqual({ quality: 70, effort: 'max', metadata: 'safe' })
    expect(formats.gif).toBe(false)
  })
})

test('a resize is spelled out, inherited, and overridden by false', () => {
  const resize = { longestEdge: 1920 }
  const overrides = [
    { files: 'hero/**', resize: false },
    { files: 'thumbs/**', resize: { percent: 25 } },
  ] as const
  const options = resolveOptions({ resize: '1080p', formats: { png: { resize: false } }, overrides }, env)
  expect(options.formats.jpeg).toMatchObject({ resize })
  expect(options.formats.png).not.toMatchObject({ resize: expect.anything() })
  expect(options.overrides.map(({ settings }) => settings)).toStrictEqual([
    { resize: undefined },
    { resize: { percent: 25 } },
  ])
})

test('the environment names the cache folder where the options do not; empty counts as unset', () => {
  const dirOf = (options: ResolvedOptions) => options.cache !== false && options.cache.dir
  expect(dirOf(resolveOptions({}, { COMPRESS_FAST_CACHE_DIR: '/var/cache' }))).toBe('/var/cache')
  expect(dirOf(resolveOptions({ cache: { dir: 'own' } }, { COMPRESS_FAST_CACHE_DIR: '/var/cache' }))).toBe('own')
  expect(dirOf(resolveOptions({}, { COMPRESS_FAST_CACHE_DIR: '' }))).toBe(null)
})

test('CI hosts that read marks are known by the environment, unless marks are switched off', () => {
  const hostOf = (env: NodeJS.ProcessEnv, options = {}) => resolveOptions(options, env).report.annotations
  const github = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: '/repo' }
  expect(hostOf(github)).toEqual({ kind: 'github', workspace: '/repo' })
  expect(hostOf(github, { report: false })).toEqual({ kind: 'github', workspace: '/repo' })
  expect(hostOf(github, { report: { annotations: false } })).toBe(null)
  expect(hostOf({ TF_BUILD: 'True', BUILD_SOURCESDIRECTORY: '' })).toEqual({ kind: 'azure', workspace: null })
  expect(hostOf({ CI: 'true', GITLAB_CI: 'true' })).toBe(null)
})

test('budgets are bytes, by name', () => {
  expect(resolveOptions({ budgets: { total: '2 MB', 'img/**': 5, './total': undefined } }, {}).budgets).toEqual([
    { name: 'total', glob: null, bytes: 2_000_000 },
    { name: 'img/**', glob: 'img/**', bytes: 5 },
  ])
})

test.each([
  [
    { quality: 'best' },
    "Option `quality` must be 'lossless', 'high', 'balanced', 'small' or a number from 1 to 100, not 'best'.",
  ],
  [{ quality: 0 }, /`quality` must be .* not 0\./],
  [{ quality: Number.NaN }, /`quality` must be .* not NaN\./],
  [{ effort: 'turbo' }, "Option `effort` must be 'fast', 'balanced', 'max', not 'turbo'."],
  [{ minSize: '1kb' }, "Option `minSize` must be a whole number from 0 up, not '1kb'."],
  [{ minSavings: { percent: 101 } }, 'Option `minSavings.percent` must be a number from 0 to 100, not 101.'],
  [{ report: { html: true } }, 'Option `report.html` must be a path, not true.'],
  [{ report: { htlm: 'a' } }, /`report\.htlm`\. Known: .*html/],
  [{ budgets: ['1 MB'] }, 'Option `budgets` must be an object, not an array.'],
  [{ budgets: { total: '1 megabyte' } }, /`budgets\['total'\]` must be a number of bytes or a size such as '500 kB'/],
  [{ budgets: { 'a/**': -1 } }, /`budgets\['a\/\*\*'\]` must be a whole number from 0 up, not -1/],
  [{ concurrency: 0 }, 'Option `concurrency` must be a whole number from 1 up, not 0.'],
  [{ include: [1] }, 'Option `include` must be a glob, a regular expression, or an array of them, not 1.'],
  [{ cache: 'yes' }, "Option `cache` must be true, false or an object, not 'yes'."],
  [{ cache: { dir: 3 } }, 'Option `cache.dir` must be a path, not 3.'],
  [{ formats: { jpeg: true } }, 'Option `formats.jpeg` must be false or an object, not true.'],
  [{ formats: { jpeg: { quality: 200 } } }, /`formats.jpeg.quality` must be/],
  [{ overrides: {} }, 'Option `overrides` must be an array of { files, quality, … }, not an object.'],
  [
    { overrides: [{ quality: 90 }] },
    'Option `overrides[0].files` must be a glob, a regular expression, or an array of them',
  ],
  [{ overrides: [{ files: '*', quality: 'best' }] }, /`overrides\[0\].quality` must be/],
  [
    { resize: '8k' },
    "Option `resize` must be false, '4k', '2k', '1080p', '720p', { longestEdge: 1 to 10000 } or { percent: 1 to 99 }, in whole numbers, not '8k'.",
  ],
  [{ resize: { longestEdge: 0.5 } }, /`resize` must be .* not an object\./],
  [{ formats: { webp: { resize: true } } }, /`formats.webp.resize` must be .* not true\./],
  [{ overrides: [{ files: '*', resize: 1600 }] }, /`overrides\[0\].resize` must be .* not 1600\./],
  [{ dirs: [1] }, 'Option `dirs` must be a path or an array of paths, not 1.'],
  [{ onError: 'ignore' }, "Option `onError` must be 'keep', 'warn', 'fail', not 'ignore'."],
  [{ engine: 'remote' }, /`engine` must be 'auto', 'local', 'api' or an object with/],
  [{ fallback: 'api' }, /`fallback` must be false, 'local' or an object with/],
  [{ deadline: -1 }, /`deadline` must be a whole number from 0 up, not -1/],
  [{ api: { maxCredit: 1 } }, /`api.maxCredit`.*`maxCredits`/],
  [{ api: { url: 'ftp://host' } }, /`api.url` must be an https address, or http on this machine: only https is safe/],
  [{ api: { url: 'http://example.com' } }, /only https is safe/],
  [{ api: { url: 'https://me:pass@example.com' } }, /holds a user name or password\.$/],
  [{ api: { key: 'two words' } }, /^Option `api.key` must be an API key: [^']*$/],
  [{ engine: { id: 'x' } }, /`engine` must be .* not an object\./],
  [{ report: { json: false } }, 'Option `report.json` must be a path, not false.'],
  [[], 'Option `options` must be an object, not an array.'],
])('%o is refused with the option, the value and what is allowed', (options, message) => {
  expect(() => resolveOptions(options as never, env)).toThrow(OptionError)
  expect(() => resolveOptions(options as never, env)).toThrow(message)
})

test.each([
  [{ qualty: 80 }, 'Unknown option `qualty`. Did you mean `quality`?'],
  [{ minsize: 1 }, 'Unknown option `minsize`. Did you mean `minSize`?'],
  [{ formats: { jpg: false } }, 'Unknown option `formats.jpg`. Did you mean `jpeg`?'],
  [{ cache: { maxsize: 1 } }, 'Unknown option `cache.maxsize`. Did you mean `maxSize`?'],
  [{ overrides: [{ file: '*' }] }, 'Unknown option `overrides[0].file`. Did you mean `files`?'],
  [{ somethingElse: 1 }, /Unknown option `somethingElse`. Known: engine, quality/],
])('%o names the nearest known option', (options, message) => {
  expect(() => resolveOptions(options as never, env)).toThrow(message)
})

test('an engine of the user is taken as it is', () => {
  const formats: Format[] = ['png']
  const engine = {
    id: 'mine',
    version: '1',
    formats,
    compress: async () => ({ gain: false, reason: 'no-gain' }) as const,
  }
  expect(resolveOptions({ engine }, env).engine).toBe(engine)
})

test('every option says what changing it can change', () => {
  const { base, formats, ...rest } = resolveOptions({}, env)
  const resolvedNames = [...Object.keys(rest), ...Object.keys(base), 'formats']
  expect(Object.keys(optionEffects).sort()).toEqual(resolvedNames.sort())
})

test.each([
  [90, 'high'],
  [80, 'balanced'],
  [70, 'small'],
  [85, 85],
  ['lossless', 'lossless'],
] as const)('a quality of %s is called %s', (quality, name) => {
  expect(qualityName(quality)).toBe(name)
})

test.each([
  ['off', 'off'],
  ['lossless', 'lossless'],
  ['high', 90],
  ['75', 75],
  ['82.5', 82.5],
  ['', undefined],
  ['0', undefined],
  ['1e2', undefined],
  ['best', undefined],
])('`?compress=%s` asks for %s', (text, wish) => {
  expect(wishOf(text)).toBe(wish)
})

test('a lock file is used where there is one, made where it is asked for, and frozen by the environment too', () => {
  expect(resolveOptions({ lockFile: true }, env).lockFile).toEqual({ path: 'compress-fast.lock', isWanted: true })
  expect(resolveOptions({ lockFile: 'ci/images.lock' }, env).lockFile).toEqual({
    path: 'ci/images.lock',
    isWanted: true,
  })
  expect(resolveOptions({ lockFile: false }, env).lockFile).toBeNull()
  const frozenBy = (text: string, options = {}) => resolveOptions(options, { COMPRESS_FAST_FROZEN: text }).frozen
  expect(['1', 'true', 'yes'].map((text) => frozenBy(text))).toEqual([true, true, true])
  expect(['', '0', 'false', 'FALSE'].map((text) => frozenBy(text))).toEqual([false, false, false, false])
  expect(frozenBy('1', { frozen: false })).toBe(false)
})
