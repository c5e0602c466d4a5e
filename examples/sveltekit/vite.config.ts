import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'
import compress from 'vite-plugin-compress-fast'

export default defineConfig({
  plugins: [sveltekit({ adapter: adapter() }), compress({ report: { json: 'compress-report.json' } })],
})
