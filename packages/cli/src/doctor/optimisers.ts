import type { Finding } from './finding.js'
import type { Project } from './project.js'

/** Packages that compress images in a build, too. Those that make other sizes and formats of them (vite-imagetools) do not. */
const optimisers = new Set([
  '@chiiya/laravel-mix-image-minimizer',
  '@playform/compress',
  '@rsbuild/plugin-image-compress',
  '@vheemstra/vite-plugin-imagemin',
  'astro-compress',
  'craco-image-optimizer-plugin',
  'esbuild-plugin-imagemin',
  'gatsby-plugin-imagemin',
  'grunt-contrib-imagemin',
  'gulp-imagemin',
  'gulp-tinypng',
  'image-minimizer-webpack-plugin',
  'image-webpack-loader',
  'imagemin-cli',
  'imagemin-lint-staged',
  'imagemin-loader',
  'imagemin-webpack',
  'imagemin-webpack-plugin',
  'img-loader',
  'laravel-mix-imagemin',
  'next-optimized-images',
  'nuxt-imagemin',
  'rollup-plugin-image-minify',
  'rollup-plugin-imagemin',
  'tinypng-webpack-plugin',
  'unplugin-imagemin',
  'vite-plugin-image-optimizer',
  'vite-plugin-image-tools',
  'vite-plugin-imagemin',
  'vite-plugin-minipic',
  'vite-plugin-tinypng',
  'vite-plugin-unified-image-optimizer',
])

/** Two optimisers take twice the time, and the second one loses quality once more. */
export function optimiserFindings({ dependencies }: Project): Finding[] {
  const found = dependencies.filter((name) => optimisers.has(name))
  if (found.length === 0) return []
  return [
    {
      code: 'DOUBLE_OPTIMISER',
      title: 'Another package compresses images in this project, too',
      details: found,
      fix: `Take it out of the build's configuration, then: npm uninstall ${found.join(' ')}`,
    },
  ]
}
