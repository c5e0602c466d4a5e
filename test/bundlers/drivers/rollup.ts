import { copyFile, cp, readFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import * as rolldown from 'rolldown'
import * as rollup from 'rollup'
import type { Options } from 'unplugin-compress-fast'
import compressRolldown from 'unplugin-compress-fast/rolldown'
import compress from 'unplugin-compress-fast/rollup'
import type { Driver, Neighbour, Watching } from '../driver.js'

/** What Rollup has plugins for: images become files, and so do style sheets with the images that they refer to. */
export function filesPlugin(root: string): rollup.Plugin {
  const emit = async (context: rollup.PluginContext, path: string) =>
    context.emitFile({
      type: 'asset',
      name: basename(path),
      originalFileName: relative(root, path),
      source: await readFile(path),
    })
  const styles = new Map<string, string[]>()
  return {
    name: 'files',
    async load(id) {
      if (id.endsWith('.css')) {
        const text = await readFile(id, 'utf8')
        const urls = [...text.matchAll(/url\(([^)]+)\)/g)].map(([, url = '']) => url)
        const resolved = await Promise.all(urls.map((url) => this.resolve(url, id)))
        const references = await Promise.all(resolved.map((file) => emit(this, file?.id ?? '')))
        styles.set(id, references)
        return { code: '', moduleType: 'js', moduleSideEffects: 'no-treeshake' }
      }
      if (!/\.(jpg|png|gif|svg|pdf)$/.test(id)) return null
      return { code: `export default import.meta.ROLLUP_FILE_URL_${await emit(this, id)}`, moduleType: 'js' }
    },
    async renderStart() {
      for (const [id, references] of styles) {
        const names = references.map((reference) => this.getFileName(reference))
        let at = 0
        const text = await readFile(id, 'utf8')
        const source = text.replace(/url\([^)]+\)/g, () => `url(../${names[at++]})`)
        this.emitFile({ type: 'asset', fileName: `assets/${basename(id)}`, source })
      }
    },
  }
}

function neighbourPlugins(root: string, neighbours: readonly Neighbour[]): rollup.Plugin[] {
  const extra = (name: string) => readFile(join(root, 'extra', name))
  const plugins: Record<Neighbour, rollup.Plugin> = {
    emits: {
      name: 'emits',
      async generateBundle() {
        this.emitFile({ type: 'asset', fileName: 'emitted.jpg', source: await extra('emitted.jpg') })
      },
    },
    'emits-late': {
      name: 'emits-late',
      async writeBundle({ dir = '.' }) {
        await copyFile(join(root, 'extra/late.jpg'), join(dir, 'late.jpg'))
      },
    },
    copies: {
      name: 'copies',
      async writeBundle({ dir = '.' }) {
        await cp(join(root, 'static'), dir, { recursive: true })
      },
    },
  }
  return neighbours.map((name) => plugins[name])
}

type Build = (input: rollup.InputOptions, outputs: rollup.OutputOptions[]) => Promise<void>
type Watch = (options: rollup.RollupWatchOptions) => rollup.RollupWatcher

function createDriver(name: string, ours: (options: Options) => unknown, run: Build, watch: Watch): Driver {
  const inputOf = (root: string, options: Options, neighbours: readonly Neighbour[], warnings: string[]) =>
    ({
      input: join(root, 'src/main.js'),
      cwd: root,
      plugins: [filesPlugin(root), ours(options), neighbourPlugins(root, neighbours)],
      onLog: (level: string, log: { message: string }) => {
        if (level === 'warn') warnings.push(log.message)
      },
    }) as rollup.InputOptions
  return {
    name,
    async build(root, { options, outDirs, neighbours }) {
      const warnings: string[] = []
      const outputs = outDirs.map((dir): rollup.OutputOptions => ({ dir: resolve(root, dir), format: 'es' }))
      await inFolder(root, () => run(inputOf(root, options, neighbours, warnings), outputs))
      return warnings
    },
    async watch(root, options): Promise<Watching> {
      const before = process.cwd()
      process.chdir(root)
      const watcher = watch({ ...inputOf(root, options, [], []), output: { dir: join(root, 'dist'), format: 'es' } })
      watcher.on('event', (event) => {
        if (event.code === 'BUNDLE_END') void event.result.close()
      })
      return {
        close: async () => {
          process.chdir(before)
          await watcher.close()
        },
      }
    },
  }
}

/** Rollup knows no other root than the folder that it is started in. */
async function inFolder(folder: string, task: () => Promise<void>): Promise<void> {
  const before = process.cwd()
  process.chdir(folder)
  try {
    await task()
  } finally {
    process.chdir(before)
  }
}

export const rollupDriver: Driver = createDriver(
  'Rollup',
  compress,
  async ({ cwd: _, ...input }: rollup.InputOptions & { cwd?: string }, outputs) => {
    const bundle = await rollup.rollup(input)
    try {
      for (const output of outputs) await bundle.write(output)
    } finally {
      await bundle.close()
    }
  },
  ({ cwd: _, ...options }: rollup.RollupWatchOptions & { cwd?: string }) => rollup.watch(options),
)

export const rolldownDriver: Driver = createDriver(
  'Rolldown',
  compressRolldown,
  async (input, outputs) => {
    const bundle = await rolldown.rolldown(input as rolldown.InputOptions)
    try {
      for (const output of outputs) await bundle.write(output as rolldown.OutputOptions)
    } finally {
      await bundle.close()
    }
  },
  (options) => rolldown.watch(options as unknown as rolldown.WatchOptions) as unknown as rollup.RollupWatcher,
)
