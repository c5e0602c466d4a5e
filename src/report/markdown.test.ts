import { describe, expect, test } from 'vitest'
import { hostileNames, outcomeOf, reportOf } from '../../test/report/outcomes.js'
import { spendingsOf } from './budgets.js'
import { renderMarkdown } from './markdown.js'
import { markdownCode, withSection } from './markdown-text.js'

const hero = outcomeOf('assets/hero-1.png', 900_000, 400_000, { source: 'src/hero.png' })
const icon = outcomeOf('icon.png', 2000, 2000)
const torn = outcomeOf('torn.png', 500, 500, { outcome: 'failed', reason: 'broken-asset' })
const report = reportOf([hero, icon, torn])

test('a summary has totals, budgets, savings, and what was left alone with the reason', () => {
  const spendings = spendingsOf(report, [
    { name: 'total', glob: null, bytes: 402_499 },
    { name: '*.png', glob: '*.png', bytes: 500_000 },
  ])
  expect(
    renderMarkdown({ report, name: 'packages/app', spendings }),
  ).toBe(`### compress-fast \`packages/app\`: 902.5 kB → 402.5 kB (−55 %)

3 files: 1 compressed, 1 kept, 1 failed.

| Budget | Files | Size | Allowed |  |
| --- | ---: | ---: | ---: | ---: |
| \`total\` | 3 | 402,500 B | 402,499 B | **over by 1 B** |
| \`*.png\` | 3 | 402,500 B | 500,000 B | 97,500 B left |

| Largest savings | Before | After | Saved |
| --- | ---: | ---: | ---: |
| \`assets/hero-1.png\` | 900.0 kB | 400.0 kB | −56 % |

<details><summary>1 file failed</summary>

- \`torn.png\` (500 B): Damaged, incomplete or empty.

</details>

<details><summary>1 file kept as they were</summary>

- \`icon.png\` (2.0 kB): No smaller result was found at this quality.

</details>`)
})

describe('the difference from a base report', () => {
  test('shows old and new of what changed, whatever its name in the output, and what came and went', () => {
    const base = reportOf([
      outcomeOf('assets/hero-0.png', 800_000, 390_000, { source: 'src/hero.png' }),
      icon,
      outcomeOf('gone.png', 10, 10),
    ])
    const text = renderMarkdown({ report: reportOf([hero, icon, outcomeOf('new.png', 300, 200)]), base })
    expect(text).toContain('Against the base: 392.0 kB → 402.2 kB, +10,190 B. 1 larger, 1 new, 1 gone.')
    expect(text).toContain(`| Changed | Base | Now | Difference |
| --- | ---: | ---: | ---: |
| \`src/hero.png\` | 390,000 B | 400,000 B | +10,000 B |
| \`src/new.png\` | new | 200 B | +200 B |
| \`src/gone.png\` | 10 B | gone | −10 B |`)
    expect(text).not.toContain('icon.png` |')
  })

  test('says that there is none, and that nothing changed', () => {
    expect(renderMarkdown({ report, base: null })).toContain('no base report')
    expect(renderMarkdown({ report, base: report })).toContain('±0 B. The same files ship.')
  })

  test('knows files of one source in several outputs apart', () => {
    const other = { ...hero, path: 'server/hero.png', after: 410_000, digest: 'sha256-other' }
    const text = renderMarkdown({ report: reportOf([hero, other]), base: reportOf([hero, hero]) })
    expect(text).toContain('| `src/hero.png` | 400,000 B | 410,000 B | +10,000 B |')
  })
})

test('however much there is to tell, a comment on GitHub holds it, and nothing is cut in the middle', () => {
  const long = 'folder-with-a-long-name/'.repeat(28)
  const assets = Array.from({ length: 300 }, (_, index) => outcomeOf(`${long}${index}.png`, 900, index % 2 ? 900 : 500))
  const torn = assets.map((asset) => ({ ...asset, outcome: 'failed', reason: 'broken-asset' }) as const)
  const base = reportOf(assets.map((asset) => ({ ...asset, digest: `sha256-${asset.digest}`, after: asset.after + 1 })))
  const text = renderMarkdown({ report: reportOf([...assets, ...torn]), base })
  expect(text.length).toBeGreaterThan(30_000)
  expect(text.length).toBeLessThan(65_536)
  expect(text).toMatch(/\n\nMore than a comment holds: [^\n]*$/)
  expect(text.match(/<details>/g)).toHaveLength(1)
  expect(text.match(/<\/details>/g)).toHaveLength(1)
})

test('names of files are code, one row each, whatever is in them', () => {
  expect(markdownCode('a|b`c``d')).toBe('```a\\|b`c``d```')
  expect(markdownCode('`')).toBe('`` ` ``')
  for (const name of hostileNames) {
    const code = markdownCode(name)
    expect(code).toMatch(/^(`+)[^\n\r\u202E]*\1$/)
    expect(code.replace(/\\\|/g, '')).not.toContain('|')
  }
})

test('a section takes the place of the one of the same project, and leaves the rest of a page alone', () => {
  const one = withSection('# Build\n', 'app', 'first')
  expect(one).toBe('# Build\n\n<!-- compress-fast app -->\nfirst\n<!-- /compress-fast app -->\n')
  const two = withSection(one, 'web --> <b>', 'other')
  const three = withSection(two, 'app', 'second')
  expect(three).toBe(two.replace('first', 'second'))
  expect(three.match(/-->/g)).toHaveLength(4)
})
