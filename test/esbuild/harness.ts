import { createRequire } from 'node:module'
import { join } from 'node:path'
import type * as Esbuild from 'esbuild'
import type { Options } from 'unplugin-compress-fast'
import compress from 'unplugin-compress-fast/esbuild'
import { assertWarnings, type Built, type Files, read, siteFolder, testOptions, writeFiles } from '../site.js'

const require = createRequire(import.meta.url)

/** The oldest esbuild that is supported comes with Vite 6. */
export const esbuilds: { name: string; load: () => typeof Esbuild }[] = [
  { name: 'esbuild 0.28', load: () => require('esbuild') },
  { name: 'esbuild 0.25', load: () => createRequire(require.resolve('vite6'))('esbuild') },
]

export interface Setup {
  readonly options?: Options
  readonly config?: Esbuild.BuildOptions
  /** Plugins before ours. */
  readonly plugins?: readonly Esbuild.Plugin[]
  /** Warnings that are expected, by a part of their text. Any other warning fails the test. */
  readonly expectWarnings?: readonly string[]
}

/** A site in a temporary folder, with its own cache. */
export interface Site {
  readonly root: string
  write(files: Files): Promise<void>
  /** The options of a build, for those who run it themselves. */
  configure(setup?: Setup): Esbuild.BuildOptions
  build(setup?: Setup): Promise<Built & { readonly result: Esbuild.BuildResult }>
  /** What is in the output folder. */
  read(): Promise<Built>
}

/** Makes a site whose entry is `main.js`; it is removed when the test ends. */
export async function createSite(esbuild: typeof Esbuild, files: Files): Promise<Site> {
  const root = await siteFolder()
  const site: Site = {
    root,
    write: (more) => writeFiles(root, more),
    configure: (setup) => configure(root, setup),
    async build(setup = {}) {
      const result = await esbuild.build(configure(root, setup))
      const warnings = result.warnings.map(({ text, notes }) => [text, ...notes.map((note) => note.text)].join('\n'))
      assertWarnings(warnings, setup.expectWarnings ?? [])
      return { ...(await readOutput(root, setup.config?.outdir, warnings)), result }
    },
    read: () => readOutput(root),
  }
  await site.write(files)
  return site
}

function configure(root: string, { options, config = {}, plugins = [] }: Setup = {}): Esbuild.BuildOptions {
  return {
    absWorkingDir: root,
    entryPoints: ['main.js'],
    bundle: true,
    outdir: 'dist',
    format: 'esm',
    logLevel: 'silent',
    loader: { '.jpg': 'file', '.png': 'file', '.gif': 'file', '.webp': 'file', '.svg': 'file', '.pdf': 'file' },
    ...config,
    plugins: [...plugins, compress(testOptions(root, options))],
  }
}

function readOutput(root: string, outdir = 'dist', warnings: readonly string[] = []): Promise<Built> {
  return read(join(root, outdir), join(root, 'report.json'), warnings)
}
