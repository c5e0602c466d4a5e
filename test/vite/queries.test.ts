import { describe, expect, test } from 'vitest'
import { type Files, fixture, forgetProcess } from '../site.js'
import { createSite, vites } from './harness.js'
import { expectSmaller } from './images.js'

/** The same photo asked for in every way that Vite has, as off, and another one as it comes. */
async function askingSite(reference: string): Promise<Files> {
  return {
    'img/photo.jpg': await fixture('photo.jpg'),
    'img/photo-2.jpg': await fixture('photo-2.jpg'),
    'index.html': `<script type="module" src="./main.js"></script>`,
    'main.js': `import other from './img/photo-2.jpg'\ndocument.title = other`,
    'style.css': '',
    'part.css': '',
    ...waysToRefer[reference],
  }
}

const waysToRefer: Record<string, Files> = {
  'an import': {
    'main.js': `import off from './img/photo.jpg?compress=off'\nimport other from './img/photo-2.jpg'\ndocument.title = off + other`,
  },
  'an import with a query of Vite': {
    'main.js': `import off from './img/photo.jpg?url&compress=off'\nimport other from './img/photo-2.jpg'\ndocument.title = off + other`,
  },
  'a dynamic import': {
    'main.js': `import('./img/photo.jpg?compress=off').then((module) => (document.title = module.default))\nimport other from './img/photo-2.jpg'\ndocument.title = other`,
  },
  'import.meta.glob': {
    'main.js': `const all = import.meta.glob('./img/photo.jpg', { eager: true, query: '?compress=off', import: 'default' })\nimport other from './img/photo-2.jpg'\ndocument.title = JSON.stringify(all) + other`,
  },
  'new URL': {
    'main.js': `document.title = new URL('./img/photo.jpg?compress=off', import.meta.url) + '' + new URL('./img/photo-2.jpg', import.meta.url)`,
  },
  'a style sheet': {
    'main.js': `import './style.css'\nimport other from './img/photo-2.jpg'\ndocument.title = other`,
    'style.css': 'body { background: url("./img/photo.jpg?compress=off") }',
  },
  'a style sheet that another imports': {
    'main.js': `import './style.css'\nimport other from './img/photo-2.jpg'\ndocument.title = other`,
    'style.css': '@import "./part.css";',
    'part.css': 'body { background: url(./img/photo.jpg?compress=off) }',
  },
  'a style sheet that another imports without quotes': {
    'main.js': `import './style.css'\nimport other from './img/photo-2.jpg'\ndocument.title = other`,
    'style.css': '@import url(part.css);',
    'part.css': 'body { background: url(./img/photo.jpg?compress=off) }',
  },
  'a page': {
    'index.html': `<img srcset="./img/photo.jpg?compress=off 1x, ./img/photo-2.jpg 2x"><script type="module" src="./main.js"></script>`,
  },
}

describe.each(vites)('?compress= in $name', ({ name, load }) => {
  test.each(Object.keys(waysToRefer))('in %s', async (way) => {
    const site = await createSite(await load(), await askingSite(way))
    const built = await site.build()
    expect(built.file(/photo-(?!2-)[^/]*\.jpg$/)).toEqual(await fixture('photo.jpg'))
    await expectSmaller(built.file(/photo-2-[^/]*\.jpg$/), await fixture('photo-2.jpg'))
    const code = built.files.filter((path) => /\.(js|css|html)$/.test(path)).map((path) => built.text(path))
    expect(code.join('\n')).not.toContain('compress=')
    expect(built.report.assets.map((line) => [line.source, line.outcome, line.reason])).toEqual([
      ['img/photo-2.jpg', 'compressed', null],
      ['img/photo.jpg', 'kept', 'excluded'],
    ])
  })

  // Vite 6 and 7 leave what such a file refers to as it is, with or without a query.
  test.runIf(name === 'Vite 8')('in a CSS module that another composes from', async () => {
    const site = await createSite(await load(), {
      'photo.jpg': await fixture('photo.jpg'),
      'index.html': '<script type="module" src="./main.js"></script>',
      'main.js': `import names from './a.module.css'\ndocument.title = names.a`,
      'a.module.css': '.a { composes: b from "./b.module.css" }',
      'b.module.css': '.b { background: url(./photo.jpg?compress=off) }',
    })
    const built = await site.build({ expectWarnings: ['did not pass the `from` option'] })
    expect(built.file(/photo/)).toEqual(await fixture('photo.jpg'))
    expect(built.text(/\.css$/)).not.toContain('compress=')
  })

  test('files whose names hold what ends a reference elsewhere', async () => {
    const site = await createSite(await load(), {
      'a b (1).jpg': await fixture('photo.jpg'),
      'c d.jpg': await fixture('photo-2.jpg'),
      'index.html': '<img src="./c%20d.jpg?compress=off"><link rel="stylesheet" href="./style.css">',
      'style.css': 'body { background: url("./a b (1).jpg?compress=off") }',
    })
    const built = await site.build()
    expect(built.file(/a b \(1\)/)).toEqual(await fixture('photo.jpg'))
    expect(built.file(/c d/)).toEqual(await fixture('photo-2.jpg'))
    expect(built.text(/\.css$/) + built.text('index.html')).not.toContain('compress=')
  })

  test('a style sheet with a large font in it takes no longer for that', async () => {
    const font = 'A'.repeat(2_000_000)
    const site = await createSite(await load(), {
      'photo.jpg': await fixture('photo.jpg'),
      'index.html': '<link rel="stylesheet" href="./style.css">',
      'style.css': `body { background: url(./photo.jpg?compress=off); --font: url(data:font/woff2;base64,${font}) }`,
    })
    const built = await site.build()
    expect(built.file(/photo/)).toEqual(await fixture('photo.jpg'))
    expect(built.text(/\.css$/)).not.toContain('compress=')
  })

  test('a public file that a page asks for', async () => {
    const site = await createSite(await load(), {
      'public/photo.jpg': await fixture('photo.jpg'),
      'index.html': '<img src="/photo.jpg?compress=off&amp;v=1">',
    })
    const built = await site.build()
    expect(built.file('photo.jpg')).toEqual(await fixture('photo.jpg'))
    expect(built.text('index.html')).toContain('src="/photo.jpg?v=1"')
  })

  test('a quality gives other bytes and another name', async () => {
    const photo = {
      'img/photo.jpg': await fixture('photo.jpg'),
      'index.html': '<script type="module" src="./main.js"></script>',
    }
    const importing = (query: string) => ({ 'main.js': `import a from './img/photo.jpg${query}'\ndocument.title = a` })
    const site = await createSite(await load(), { ...photo, ...importing('') })
    const options = { effort: 'balanced' as const }
    const plain = await site.build({ options })
    await site.write(importing('?compress=lossless'))
    forgetProcess()
    const lossless = await site.build({ options })
    expect(lossless.path(/photo/)).not.toBe(plain.path(/photo/))
    expect(lossless.file(/photo/).byteLength).toBeGreaterThan(plain.file(/photo/).byteLength)
    await expectSmaller(lossless.file(/photo/), await fixture('photo.jpg'))
    await site.write(importing('?compress=balanced'))
    forgetProcess()
    const asBefore = await site.build({ options })
    expect(asBefore.files).toEqual(plain.files)
  })

  test('inlined images too', async () => {
    const icon = await fixture('icon.png')
    const site = await createSite(await load(), {
      'icon.png': icon,
      'index.html': '<script type="module" src="./main.js"></script>',
      'main.js': `import './style.css'\nimport icon from './icon.png?compress=off'\ndocument.title = icon`,
      'style.css': 'body { background: url(./icon.png) }',
    })
    const built = await site.build({ options: { minSize: 0, minSavings: 0 } })
    const code = built.text(/\.js$/) + built.text(/\.css$/)
    expect(code.split(icon.toString('base64'))).toHaveLength(3)
  })

  test('of different wishes for one file the safest counts, and a warning says so', async () => {
    const site = await createSite(await load(), {
      'photo.jpg': await fixture('photo.jpg'),
      'index.html': '<script type="module" src="./main.js"></script>',
      'main.js': `import a from './photo.jpg?compress=60'\nimport b from './photo.jpg?compress=off'\ndocument.title = a + b`,
    })
    const built = await site.build({ expectWarnings: ['Different things are asked for of photo.jpg'] })
    expect(built.file(/photo/)).toEqual(await fixture('photo.jpg'))
    expect(built.report.warnings.map((warning) => warning.code)).toEqual(['CONFLICTING_SETTINGS'])
  })

  test('a value without a meaning is told once, and leaves the file alone', async () => {
    const site = await createSite(await load(), {
      'photo.jpg': await fixture('photo.jpg'),
      'index.html': '<script type="module" src="./main.js"></script>',
      'main.js': `import a from './photo.jpg?compress=loseless'\ndocument.title = a`,
    })
    const built = await site.build({ expectWarnings: ['`?compress=loseless` in main.js has no meaning'] })
    expect(built.file(/photo/)).toEqual(await fixture('photo.jpg'))
  })
})
