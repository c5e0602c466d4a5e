// Runs in a project: one production build by webpack as its command line would do it, which is not installed here.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const project = process.cwd()
const webpack = createRequire(join(project, 'bench.config.js'))('webpack')
const { default: config } = await import(pathToFileURL(join(project, 'bench.config.js')).href)
const compiler = webpack(config)
compiler.run((/** @type {Error | null} */ error, /** @type {import('webpack').Stats | undefined} */ stats) => {
  if (error) throw error
  const { errors = [] } = stats?.toJson({ all: false, errors: true }) ?? {}
  for (const { message, moduleName } of errors) console.log(`${moduleName ?? ''} ${message}`)
  // A file can be told of twice; what counts is how many.
  console.log(
    `webpack-errors ${new Set(errors.map((told) => /\d{3}-[a-z]+/.exec(`${told.moduleName} ${told.message}`)?.[0])).size}`,
  )
  compiler.close((/** @type {Error | null | undefined} */ closing) => {
    if (closing) throw closing
  })
})
