// Writes the options into README.md, in the words of their doc comments in src/options.ts.
//   node scripts/options-table.mjs            writes
//   node scripts/options-table.mjs --check    fails when README.md is not what it would write
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { optionRows } from './options/rows.mjs'
import { insertTable, renderTable } from './options/table.mjs'

const { values: flags } = parseArgs({ options: { check: { type: 'boolean' } } })
const readme = new URL('../README.md', import.meta.url)
const source = await readFile(new URL('../src/options.ts', import.meta.url), 'utf8')
const page = await readFile(readme, 'utf8')
const fresh = insertTable(page, renderTable(optionRows(source)))

if (fresh === page) {
  console.log('The options in README.md are up to date.')
} else if (flags.check) {
  console.error('The options in README.md are not those of src/options.ts. Run `npm run options`.')
  process.exitCode = 1
} else {
  await writeFile(readme, fresh)
  console.log('Wrote the options into README.md.')
}
