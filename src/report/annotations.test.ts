import { expect, test } from 'vitest'
import { hostileNames } from '../../test/report/outcomes.js'
import { type Annotation, annotationLines } from './annotations.js'

const github = { kind: 'github', workspace: '/repo' } as const
const azure = { kind: 'azure', workspace: '/repo' } as const
const one: Annotation = { severity: 'warning', message: 'It is 50 % off;\nreally', file: '/repo/app/src/a,b.png' }

test('each host gets its own marks, with paths from the repository on', () => {
  expect(annotationLines([one], github)).toEqual([
    '::warning file=app/src/a%2Cb.png,title=compress-fast::It is 50 %25 off;%0Areally',
  ])
  expect(annotationLines([{ ...one, severity: 'error', file: null }], github)).toEqual([
    '::error title=compress-fast::It is 50 %25 off;%0Areally',
  ])
  expect(annotationLines([one], azure)).toEqual([
    '##vso[task.logissue type=warning;sourcepath=app/src/a,b.png;]It is 50 %AZP25 off%3B%0Areally',
  ])
})

test('a name cannot end its mark or begin another one', () => {
  for (const name of hostileNames) {
    const annotation: Annotation = { severity: 'warning', message: name, file: `/repo/${name}` }
    for (const host of [github, azure]) {
      const [line = ''] = annotationLines([annotation], host)
      expect(line).not.toMatch(/[\r\n]/)
      expect(line.match(/^::\w+ |##vso\[[^\]]*\]/g)).toHaveLength(1)
    }
  }
})

test('more than a host shows end in a count', () => {
  const many = Array.from({ length: 25 }, (_, index) => ({ ...one, message: String(index) }))
  const lines = annotationLines(many, github)
  expect(lines).toHaveLength(10)
  expect(lines.at(-1)).toContain('And 16 more like this')
  expect(annotationLines(many.slice(0, 10), github).at(-1)).toMatch(/::9$/)
})
