import { copyFile, cp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as esbuild from 'esbuild'
import type { Options } from 'unplugin-compress-fast'
import compress from 'unplugin-compress-fast/esbuild'
import type { Driver, Neighbour } from '../driver.js'

function neighbourPlugins(root: string, neighbours: readonly Neighbour[]): esbuild.Plugin[] {
  const atEnd = (name: string, task: (outdir: string) => Promise<void>): esbuild.Plugin => ({
    name,
    setup: (build) => build.onEnd(() => task(build.initialOptions.outdir ?? '.')),
  })
  const plugins: Record<Neighbour, esbuild.Plugin> = {
    // esbuild has no way to emit a file: plugins write it.
    emits: atEnd('emits', (dir) => copyFile(join(root, 'extra/emitted.jpg'), join(dir, 'emitted.jpg'))),
    'emits-late': atEnd('emits-late', (dir) => copyFile(join(root, 'extra/late.jpg'), join(dir, 'late.jpg'))),
    copies: atEnd('copies', (dir) => cp(join(root, 'static'), dir, { recursive: true })),
  }
  return neighbours.map((name) => plugins[name])
}

function configOf(root: string, outDir: string, options: Options, plugins: readonly esbuild.Plugin[]) {
  const file = { '.jpg': 'file', '.png': 'file', '.gif': 'file', '.svg': 'file', '.pdf': 'file' } as const
  return {
    absWorkingDir: root,
    entryPoints: ['src/main.js'],
    outdir: resolve(root, outDir),
    bundle: true,
    format: 'esm' as const,
    logLevel: 'silent' as const,
    assetNames: 'assets/[name]-[hash]',
    loader: file,
    plugins: [...plugins, compress(options)],
  }
}

export const esbuildDriver: Driver = {
  name: 'esbuild',
  async build(root, { options, outDirs, neighbours }) {
    const warnings: string[] = []
    for (const dir of outDirs) {
      const result = await esbuild.build(configOf(root, dir, options, neighbourPlugins(root, neighbours)))
      warnings.push(...result.warnings.map(({ text }) => text))
    }
    return warnings
  },
  async watch(root, options) {
    const context = await esbuild.context(configOf(root, 'dist', options, []))
    await context.watch()
    return { close: () => context.dispose() }
  },
}
