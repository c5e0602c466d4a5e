import { expect, test } from 'vitest'
import { childEnvironment } from './environment.js'

test('a child sees what it needs to load codecs and no secret', () => {
  const child = childEnvironment({
    PATH: '/bin',
    NODE_OPTIONS: '--inspect',
    TOOLS_FAST_API_KEY: 'secret',
    HOME: '/root',
  })
  expect(child).toMatchObject({ PATH: '/bin', VIPS_BLOCK_UNTRUSTED: '1' })
  expect(Object.keys(child)).not.toEqual(expect.arrayContaining(['NODE_OPTIONS']))
  expect(JSON.stringify(child)).not.toMatch(/inspect|secret|root/)
})
