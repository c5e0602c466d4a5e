import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { codeOf, troubleOf } from './trouble.js'

const failing = (code: string) => Object.assign(new Error(`${code}: something, open '/a/b'`), { code })

test.each(['ENOSPC', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'ENOENT', 'ELOOP', 'EMFILE', 'EIO', 'EXDEV'])(
  '%s: says where, why and what to do',
  (code) => {
    const { message, hint } = troubleOf(failing(code), '/the/cache')
    expect(message).toContain('/the/cache')
    expect(message).toMatch(code === 'ENOENT' ? /removed/ : code === 'ELOOP' ? /link/ : new RegExp(code))
    expect(hint).toMatch(/\w+ .+\.$/)
  },
)

test('knows "over quota", for which Node has no name', () => {
  const error = Object.assign(new Error('Unknown system error'), {
    code: 'Unknown system error -122',
    errno: -constants.errno.EDQUOT,
  })
  expect(codeOf(error)).toBe('EDQUOT')
  expect(troubleOf(error, '/the/cache').message).toContain('disk is full')
})

test('tells errors that are no file errors as they are', () => {
  expect(codeOf(new Error('x'))).toBe('')
  expect(codeOf('x')).toBe('')
  expect(troubleOf(new Error('odd'), '/the/cache').message).toContain('odd')
})
