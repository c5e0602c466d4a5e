import { join } from 'node:path'
import type { Options } from 'unplugin-compress-fast'
import {
  assertWarnings,
  type Files,
  fixture,
  forgetProcess,
  read,
  siteFolder,
  testOptions,
  writeFiles,
} from '../site.js'
import type { Driver, Result, Setup } from './driver.js'

/** A site in a temporary folder, with its own cache, that any bundler can build. */
export interface Project {
  readonly root: string
  write(files: Files): Promise<void>
  /** Builds as in a process of its own. */
  build(driver: Driver, setup?: Setup): Promise<Result>
  options(more?: Options): Options
}

export async function createProject(files: Files): Promise<Project> {
  const root = await siteFolder()
  const options = (more?: Options): Options => testOptions(root, more)
  const project: Project = {
    root,
    options,
    write: (more) => writeFiles(root, more),
    async build(driver, { outDirs = ['dist'], neighbours = [], expectWarnings = [], ...setup } = {}) {
      forgetProcess()
      const warnings = await driver.build(root, { options: options(setup.options), outDirs, neighbours })
      assertWarnings(warnings, expectWarnings)
      const outputs = await Promise.all(
        outDirs.map((dir) => read(join(root, dir), join(root, 'report.json'), warnings)),
      )
      const [first] = outputs
      if (!first) throw new Error('There is no output.')
      return { ...first, outputs }
    },
  }
  await project.write({ 'package.json': '{"type":"module"}', 'index.html': page, ...files })
  return project
}

// For those who begin with a page; the others begin with the script.
const page = '<!doctype html><script type="module" src="./src/main.js"></script>'

/** A script that imports files and keeps what it got. */
export function importing(...specifiers: readonly string[]): string {
  const lines = specifiers.map((specifier, index) => `import image${index} from '${specifier}'`)
  const names = specifiers.map((_, index) => `image${index}`)
  return `import './style.css'\n${lines.join('\n')}\nglobalThis.images = [${names.join(', ')}]\n`
}

/** A photo from a script and a screenshot from a style sheet. */
export async function ordinaryFiles(): Promise<Files> {
  return {
    'src/main.js': importing('./photo.jpg'),
    'src/style.css': 'body { background: url(./screenshot.png) }',
    'src/photo.jpg': await fixture('photo.jpg'),
    'src/screenshot.png': await fixture('screenshot.png'),
  }
}
