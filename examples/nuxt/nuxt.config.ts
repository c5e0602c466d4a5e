export default defineNuxtConfig({
  modules: [['unplugin-compress-fast/nuxt', { report: { json: 'compress-report.json' } }]],
  compatibilityDate: '2026-01-01',
  css: ['~/assets/site.css'],
  nitro: { compressPublicAssets: true, prerender: { routes: ['/about'] } },
  telemetry: false,
})
