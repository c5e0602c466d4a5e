import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Options } from 'unplugin-compress-fast'
import { onTestFinished } from 'vitest'
import { assertWarnings, type Files, fixture, forgetProcess, read } from '../vite/harness.js'
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
  const root = await mkdtemp(join(tmpdir(), 'compress-fast-bundlers-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const options = (more: Options = {}): Options => {
    return {
      effort: 'fast',
      cache: { dir: join(root, '.cache') },
      report: { json: join(root, 'report.json') },
      ...more,
    }
  }
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

async function writeFiles(root: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
}

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
