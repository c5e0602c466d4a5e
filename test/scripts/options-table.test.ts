import { describe, expect, test } from 'vitest'
import { optionRows } from '../../scripts/options/rows.mjs'
import { insertTable, renderTable } from '../../scripts/options/table.mjs'

const source = `
/** Where. */
export interface CacheSettings {
  /**
   * Folder,
   * relative to the root.
   * @default 'a/b'
   */
  dir?: string | undefined
}
interface Each {
  /** Overrides \`quality\`. */
  quality?: number | undefined
}
export interface Options {
  /**
   * On or off: \`a | b\`.
   * @default true
   */
  cache?: boolean | CacheSettings | undefined
  /** Per format. */
  formats?: Partial<Record<'png', false | Each | undefined>> | undefined
  /** Globs. */
  include?: string | readonly string[] | undefined
}`

describe('optionRows', () => {
  test('reads meanings and defaults, and nested settings after what holds them', () => {
    expect(optionRows(source)).toEqual([
      { name: 'cache', default: 'true', meaning: 'On or off: `a | b`.' },
      { name: 'cache.dir', default: "'a/b'", meaning: 'Folder, relative to the root.' },
      { name: 'formats', default: null, meaning: 'Per format.' },
      { name: 'formats.<name>.quality', default: null, meaning: 'Overrides `quality`.' },
      { name: 'include', default: null, meaning: 'Globs.' },
    ])
  })

  test('refuses an option that says nothing', () => {
    const silent = source.replace('/** Globs. */', '// Globs.')
    expect(() => optionRows(silent)).toThrow('Option `include` has no doc comment')
  })

  test('refuses source that cannot be parsed, or has no options', () => {
    expect(() => optionRows('export interface {')).toThrow('cannot be read')
    expect(() => optionRows('export const a = 1')).toThrow('no `interface Options`')
  })
})

describe('the table', () => {
  const table = renderTable(optionRows(source))

  test('escapes what would end a cell, and leaves a missing default empty', () => {
    expect(table.split('\n')).toEqual([
      '| option | default | meaning |',
      '|---|---|---|',
      '| `cache` | `true` | On or off: `a \\| b`. |',
      "| `cache.dir` | `'a/b'` | Folder, relative to the root. |",
      '| `formats` | | Per format. |',
      '| `formats.<name>.quality` | | Overrides `quality`. |',
      '| `include` | | Globs. |',
    ])
  })

  test('replaces what stood between the markers, and nothing else', () => {
    const page = 'before\n<!-- options -->\nold\n<!-- /options -->\nafter $& $1\n'
    const fresh = insertTable(page, table)
    expect(fresh).toBe(`before\n<!-- options -->\n${table}\n<!-- /options -->\nafter $& $1\n`)
    expect(insertTable(fresh, table)).toBe(fresh)
  })

  test.each(['no markers', '<!-- options -->', '<!-- /options --><!-- options -->'])('refuses a page of %j', (page) => {
    expect(() => insertTable(page, table)).toThrow('once each')
  })
})
