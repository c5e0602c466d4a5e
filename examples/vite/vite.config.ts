import { defineConfig } from 'vite'
import compress from 'vite-plugin-compress-fast'

export default defineConfig({ plugins: [compress({ report: { json: 'compress-report.json' } })] })
