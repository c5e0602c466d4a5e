import type { ResolvedConfig } from 'vite'
import { expect, test } from 'vitest'
import { leaveOld } from './vite-old.js'

function configOf(more: object) {
  const warnings: string[] = []
  const plugins = [
    { name: 'compress-fast:assets', buildStart() {} },
    { name: 'other', buildStart() {} },
  ]
  const logger = { warnOnce: (message: string) => void warnings.push(message) }
  // What these hooks read of it.
  const config = { plugins, logger, ...more } as unknown as ResolvedConfig
  return { config, plugins, warnings }
}

test('a Vite without environments gets no hooks of ours, and a word about it', () => {
  const { config, plugins, warnings } = configOf({})
  leaveOld(config)
  expect(plugins.map((plugin) => Object.keys(plugin))).toEqual([['name'], ['name', 'buildStart']])
  expect(warnings).toEqual([expect.stringContaining('a Vite before 6')])
})

test('a Vite with environments is left alone', () => {
  const { config, plugins, warnings } = configOf({ environments: {} })
  leaveOld(config)
  expect(plugins.every((plugin) => 'buildStart' in plugin)).toBe(true)
  expect(warnings).toEqual([])
})
