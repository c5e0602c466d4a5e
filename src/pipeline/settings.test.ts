import { expect, test } from 'vitest'
import type { Options } from '../options.js'
import { resolveOptions } from '../resolve-options.js'
import { createSettingsOf, safest, type Treatment, withWish } from './settings.js'

const paths = { path: 'assets/hero-1234.jpg', source: 'src/img/hero.jpg' }

function settingsWith(options: Options): Treatment {
  return createSettingsOf(resolveOptions(options, {}))('jpeg', paths)
}

test.each<[string, Options, Partial<Exclude<Treatment, 'off'>> | 'off']>([
  ['the settings of all', {}, { quality: 80, effort: 'balanced', metadata: 'safe' }],
  ['those of its format', { formats: { jpeg: { quality: 90 } } }, { quality: 90 }],
  [
    'those of an override',
    { overrides: [{ files: 'src/img/*', quality: 'high' }] },
    { quality: 90, effort: 'balanced' },
  ],
  ['by its output path too', { overrides: [{ files: 'assets/**', effort: 'max' }] }, { quality: 80, effort: 'max' }],
  ['not those for other files', { overrides: [{ files: '*.png', quality: 'high' }] }, { quality: 80 }],
  [
    'an override before its format',
    { formats: { jpeg: { quality: 90 } }, overrides: [{ files: '*', quality: 70 }] },
    { quality: 70 },
  ],
  [
    'each field from the last that has it',
    {
      overrides: [
        { files: '*.jpg', quality: 90, metadata: 'all' },
        { files: [/hero/], quality: 95 },
      ],
    },
    { quality: 95, metadata: 'all' },
  ],
  [
    'a size of its own',
    { resize: '4k', overrides: [{ files: 'assets/**', resize: { percent: 50 } }] },
    { resize: { percent: 50 } },
  ],
  ['none where its format is off', { formats: { jpeg: false }, overrides: [{ files: '*', quality: 90 }] }, 'off'],
])('a file has %s', (_, options, expected) => {
  const settings = settingsWith(options)
  if (expected === 'off') expect(settings).toBe('off')
  else expect(settings).toMatchObject(expected)
})

test('equal settings are one object, however they came about', () => {
  expect(settingsWith({ quality: 90 })).toBe(settingsWith({ overrides: [{ files: '*', quality: 'high' }] }))
  expect(withWish(settingsWith({}), 90)).toBe(settingsWith({ quality: 90 }))
})

test('settings without a resize are spelled as they were before there was one', () => {
  expect(settingsWith({ resize: '4k', overrides: [{ files: '*', resize: false }] })).toStrictEqual({
    quality: 80,
    effort: 'balanced',
    metadata: 'safe',
  })
})

const of = (options: Options) => settingsWith(options)

test.each<[string, Treatment, Treatment, Treatment]>([
  ['left alone', 'off', of({ quality: 'lossless' }), 'off'],
  ['lossless', of({ quality: 'lossless' }), of({ quality: 100 }), of({ quality: 'lossless' })],
  ['the higher score', of({ quality: 70 }), of({ quality: 90 }), of({ quality: 90 })],
  ['more metadata', of({ metadata: 'none' }), of({ metadata: 'all' }), of({ metadata: 'all' })],
  ['its own size', of({ resize: '720p' }), of({}), of({})],
  ['the longer edge', of({ resize: '720p' }), of({ resize: '4k' }), of({ resize: { longestEdge: 3840 } })],
  [
    'the higher percentage',
    of({ resize: { percent: 9 } }),
    of({ resize: { percent: 10 } }),
    of({ resize: { percent: 10 } }),
  ],
  ['its own size where it cannot be told', of({ resize: '4k' }), of({ resize: { percent: 99 } }), of({})],
  [
    'each on its own',
    of({ quality: 90, metadata: 'none' }),
    of({ quality: 70, metadata: 'safe' }),
    of({ quality: 90 }),
  ],
])('safest is %s', (_, a, b, expected) => {
  expect(safest([a, b])).toEqual(expected)
  expect(safest([b, a])).toEqual(expected)
})

test('a wish sets the quality, and cannot switch on what is off', () => {
  expect(withWish(of({ effort: 'max' }), 'lossless')).toEqual(of({ effort: 'max', quality: 'lossless' }))
  expect(withWish(of({}), 'off')).toBe('off')
  expect(withWish('off', 90)).toBe('off')
})
