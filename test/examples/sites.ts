import { execFile } from 'node:child_process'
import { cp, readdir, readFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import type { Report } from 'unplugin-compress-fast'
import { repository } from '../../scripts/packages/pack.mjs'

const run = promisify(execFile)

/** An example as a user has it, in a folder above which its dependencies are installed. */
export interface ExampleSite {
  readonly root: string
  /** Runs the example's own `build`, and gives what it printed. */
  build(): Promise<string>
  report(): Promise<Report>
  /** The images in a folder of it, by name: that of the source, without what bundlers add. */
  images(folder: string): Promise<Map<string, Buffer>>
  /** Paths in the output folder. */
  output(): Promise<string[]>
}

/** What an example asks to be installed. */
export async function devDependenciesOf(example: string): Promise<Record<string, string>> {
  const path = join(repository, 'examples', example, 'package.json')
  return JSON.parse(await readFile(path, 'utf8')).devDependencies
}

/** Copies an example out of the repository, without what a build has left there. */
export async function copyExample(example: string, parent: string): Promise<ExampleSite> {
  const root = join(parent, example)
  const left = /[\\/](node_modules|dist|compress-report\.json)$/
  await cp(join(repository, 'examples', example), root, { recursive: true, filter: (path) => !left.test(path) })
  return {
    root,
    build: () => build(root),
    report: async () => JSON.parse(await readFile(join(root, 'compress-report.json'), 'utf8')),
    images: (folder) => imagesIn(join(root, folder)),
    output: async () => (await readdir(join(root, 'dist'), { recursive: true })).sort(),
  }
}

/** Every image of the examples has a name of one word; bundlers put a hash after it. */
export function nameOf(path: string): string {
  const [word = ''] = basename(path).split(/[.-]/)
  return word
}

/** Width and height by name, as the files have them. */
export async function sizesOf(images: ReadonlyMap<string, Buffer>): Promise<Record<string, string>> {
  const sizes: Record<string, string> = {}
  for (const [name, bytes] of images) {
    const { width, height } = await sharp(bytes).metadata()
    sizes[name] = `${width} × ${height}`
  }
  return sizes
}

async function build(root: string): Promise<string> {
  // The test runner's NODE_ENV is `test`, and a cache folder of the environment would let results of other runs in.
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' }
  delete env['NODE_ENV']
  delete env['COMPRESS_FAST_CACHE_DIR']
  const shell = process.platform === 'win32'
  try {
    const { stdout, stderr } = await run('npm', ['run', '--silent', 'build'], { cwd: root, env, shell })
    return stdout + stderr
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`The build in ${root} failed:\n${stdout}${stderr}`, { cause: error })
  }
}

async function imagesIn(folder: string): Promise<Map<string, Buffer>> {
  const images = new Map<string, Buffer>()
  for (const path of await readdir(folder, { recursive: true })) {
    if (!extensions.has(extname(path))) continue
    images.set(nameOf(path), await readFile(join(folder, path)))
  }
  return images
}

const extensions = new Set(['.jpg', '.png', '.gif', '.svg'])
