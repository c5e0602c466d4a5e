import { describe, expect, test } from 'vitest'
import { contentProblems, reachedFrom, textProblems } from '../../scripts/packages/contents.mjs'
import { dependencyProblems, shippedWith } from '../../scripts/packages/licences.mjs'
import { lockProblems } from '../../scripts/packages/lock.mjs'

describe('contentProblems', () => {
  const sources = ['src/a.ts', 'src/b/c.ts', 'src/a.test.ts']
  const files = ['LICENSE', 'README.md', 'package.json', 'dist/a.js', 'dist/a.d.ts', 'dist/b/c.js', 'dist/b/c.d.ts']

  test('has nothing to say about a package that holds what it must', () => {
    expect(contentProblems(files, sources)).toEqual([])
    expect(contentProblems([...files, 'THIRD-PARTY-NOTICES.md'], sources)).toEqual([])
  })

  test.each(['dist/a.test.js', 'dist/.tsbuildinfo', 'dist/a.js.map', 'src/a.ts', 'dist/gone.js', '.env'])(
    'finds %s, which does not belong',
    (stranger) => {
      expect(contentProblems([...files, stranger], sources)).toEqual([
        expect.stringContaining(`${stranger} does not belong`),
      ])
    },
  )

  test.each(files)('misses %s', (path) => {
    const rest = files.filter((other) => other !== path)
    expect(contentProblems(rest, sources)).toEqual([expect.stringContaining(`${path} is missing`)])
  })
})

describe('contentProblems of a package that was put together', () => {
  const bundled = ['lib/index.js', 'lib/a-0f.js']
  const files = ['LICENSE', 'README.md', 'package.json', ...bundled, 'dist/index.d.ts']
  const problemsOf = (found: readonly string[]) => contentProblems(found, ['src/index.ts'], bundled)

  test('wants declarations and what was put together', () => {
    expect(problemsOf(files)).toEqual([])
  })

  test.each(['dist/index.js', 'lib/gone-1e.js'])('finds %s, which does not belong', (stranger) => {
    expect(problemsOf([...files, stranger])).toEqual([expect.stringContaining(`${stranger} does not belong`)])
  })

  test.each(files)('misses %s', (path) => {
    expect(problemsOf(files.filter((other) => other !== path))).toEqual([expect.stringContaining(`${path} is missing`)])
  })
})

test('reachedFrom follows imports, early and late, to files beside', async () => {
  const texts: Readonly<Record<string, string>> = {
    'lib/index.js': 'import { n as one } from "./one-1.js";\nimport "./two-2.js";\nimport fs from "node:fs";',
    'lib/one-1.js': "const three = () => import('./three-3.js')\nexport { one } from './one-1.js'",
    'lib/two-2.js': 'import pLimit from "p-limit";',
    'lib/three-3.js': '',
  }
  const reached = await reachedFrom(['lib/index.js'], async (path) => texts[path] ?? '')
  expect(reached).toEqual(['lib/index.js', 'lib/one-1.js', 'lib/two-2.js', 'lib/three-3.js'])
})

test('textProblems finds a link to a source map, and not the mention of one', () => {
  expect(textProblems('a.js', 'code\n//# sourceMappingURL=a.js.map\n')).toHaveLength(1)
  expect(textProblems('a.js', 'const comment = "//# sourceMappingURL="\n')).toEqual([])
})

const lock = {
  '': { dependencies: { core: '1', engine: '1' }, devDependencies: { tool: '1' }, peerDependencies: { peer: '1' } },
  engine: { dependencies: { deep: '2' }, optionalDependencies: { binary: '1', nowhere: '1' } },
  'node_modules/engine': { link: true, resolved: 'engine' },
  'node_modules/core': { license: 'MIT', dependencies: { deep: '1' } },
  'node_modules/core/node_modules/deep': { license: 'ISC' },
  'node_modules/deep': { license: 'GPL-3.0-only', hasInstallScript: true },
  'node_modules/binary': { license: 'Apache-2.0' },
  'node_modules/tool': { license: 'GPL-3.0-only' },
  'node_modules/peer': { license: 'GPL-3.0-only' },
}

describe('shippedWith', () => {
  test('follows dependencies the way Node finds them, optional ones too, and leaves tools and peers out', () => {
    expect([...shippedWith(lock, ['', 'engine']).keys()].sort()).toEqual([
      'node_modules/binary',
      'node_modules/core',
      'node_modules/core/node_modules/deep',
      'node_modules/deep',
    ])
  })

  test('refuses a lock that lacks a dependency', () => {
    expect(() => shippedWith({ '': { dependencies: { gone: '1' } } }, [''])).toThrow(
      'has no gone, which the root needs',
    )
  })
})

test('lockProblems names optional packages that the lock leaves out', () => {
  expect(lockProblems(lock)).toEqual([expect.stringContaining('lacks nowhere of engine')])
  expect(lockProblems({ ...lock, 'node_modules/nowhere': {} })).toEqual([])
})

describe('dependencyProblems', () => {
  const problemsOf = (name: string, license: string) =>
    dependencyProblems(new Map([[`node_modules/${name}`, { license }]])).length

  test('names install scripts and licences that are not allowed', () => {
    expect(dependencyProblems(shippedWith(lock, ['', 'engine']))).toEqual([
      expect.stringContaining('deep runs a script'),
      expect.stringContaining('deep has the licence GPL-3.0-only'),
    ])
  })

  test.each([
    ['MIT', 0],
    ['(MIT OR GPL-3.0-only)', 0],
    ['MIT AND GPL-3.0-only', 1],
    ['LGPL-3.0-or-later', 1],
    ['UNLICENSED', 1],
    ['', 1],
  ])('judges %j', (license, problems) => expect(problemsOf('some', license)).toBe(problems))

  test('allows LGPL to the packages that carry libvips alone', () => {
    expect(problemsOf('@img/sharp-libvips-linux-x64', 'LGPL-3.0-or-later')).toBe(0)
    expect(problemsOf('@img/sharp-win32-x64', 'Apache-2.0 AND LGPL-3.0-or-later')).toBe(0)
    expect(problemsOf('@img/sharp-linux-x64', 'Apache-2.0 AND LGPL-3.0-or-later')).toBe(1)
    expect(problemsOf('@img/sharp-libvips-linux-x64', 'GPL-3.0-only')).toBe(1)
  })
})
