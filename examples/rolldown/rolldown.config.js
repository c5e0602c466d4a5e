import { defineConfig } from 'rolldown'
import compress from 'unplugin-compress-fast/rolldown'
import { copied } from './plugins/copied.js'
import { inlined } from './plugins/inlined.js'
import { styles } from './plugins/styles.js'

export default defineConfig({
  input: 'src/main.js',
  output: { dir: 'dist', minify: true, cleanDir: true, assetFileNames: 'assets/[name]-[hash][extname]' },
  moduleTypes: { '.png': 'asset', '.jpg': 'asset', '.gif': 'asset', '.svg': 'asset' },
  plugins: [
    inlined(),
    styles({ fileName: 'style.css' }),
    copied('public'),
    compress({ report: { json: 'compress-report.json' } }),
  ],
})
