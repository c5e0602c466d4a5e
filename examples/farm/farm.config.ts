import { defineConfig } from '@farmfe/core'
import compress from 'unplugin-compress-fast/farm'

export default defineConfig({
  plugins: [compress({ report: { json: 'compress-report.json' } })],
})
