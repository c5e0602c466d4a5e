import compress from 'rollup-plugin-compress-fast'
import { copied } from './plugins/copied.js'
import { images } from './plugins/images.js'
import { page } from './plugins/page.js'
import { styles } from './plugins/styles.js'

export default {
  input: 'src/main.js',
  output: { dir: 'dist', entryFileNames: '[name]-[hash].js', assetFileNames: 'assets/[name]-[hash][extname]' },
  plugins: [
    images(),
    styles(),
    copied('public'),
    page('index.html'),
    compress({ report: { json: 'compress-report.json' } }),
  ],
}
