import { defineConfig } from '@rsbuild/core'
import compress from 'unplugin-compress-fast/rsbuild'

export default defineConfig({
  source: { entry: { index: './src/main.js' } },
  html: { template: './index.html' },
  plugins: [compress({ report: { json: 'compress-report.json' } })],
})
