import type { Finding } from './finding.js'
import type { Project } from './project.js'

/** Packages that compress images in a build, too. */
const optimisers = new Set([
  '@playform/compress',
  '@rsbuild/plugin-image-compress',
  '@sveltejs/enhanced-img',
  '@vheemstra/vite-plugin-imagemin',
  'astro-compress',
  'astro-imagetools',
  'esbuild-plugin-imagemin',
  'gatsby-plugin-imagemin',
  'grunt-contrib-imagemin',
  'gulp-imagemin',
  'image-minimizer-webpack-plugin',
  'image-webpack-loader',
  'imagemin-cli',
  'imagemin-lint-staged',
  'imagemin-webpack',
  'imagemin-webpack-plugin',
  'img-loader',
  'next-optimized-images',
  'rollup-plugin-image-minify',
  'rollup-plugin-imagemin',
  'tinypng-webpack-plugin',
  'unplugin-imagemin',
  'vite-imagetools',
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
