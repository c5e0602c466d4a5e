import { relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { isInside, relativeTo, toPosix } from './path.js'

const root = resolve('/project')

test.each([
  'src/a.jpg',
  'a.jpg',
  'src/.hidden/a.jpg',
  'src/../a.jpg',
  'src//a.jpg',
  './a.jpg',
  '../other/a.jpg',
  '../project-2/a.jpg',
  '',
])('%s is seen from its folder as Node sees it', (path) => {
  const absolute = `${root}/${path}`
  expect(relativeTo(root, absolute)).toBe(toPosix(relative(root, absolute)))
})

test('what is relative already stays', () => {
  expect(relativeTo(root, 'src/a.jpg')).toBe('src/a.jpg')
})

test.each([
  ['/project', true],
  ['/project/a', true],
  ['/project-2', false],
  ['/', false],
  ['/project/..b', true],
])('%s lies in the project: %s', (path, expected) => {
  expect(isInside(root, resolve(path))).toBe(expected)
})
