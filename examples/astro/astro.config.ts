import { defineConfig } from 'astro/config'
import compress from 'unplugin-compress-fast/astro'

export default defineConfig({ integrations: [compress({ report: { json: 'compress-report.json' } })] })
