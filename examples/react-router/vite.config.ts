import { reactRouter } from '@react-router/dev/vite'
import { defineConfig } from 'vite'
import compress from 'vite-plugin-compress-fast'

export default defineConfig({
  plugins: [reactRouter(), compress({ report: { json: 'compress-report.json' } })],
})
