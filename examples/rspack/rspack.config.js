import { defineConfig } from '@rspack/cli'
import { rspack } from '@rspack/core'
import { CompressFastPlugin } from 'compress-fast-webpack-plugin'

export default defineConfig({
  mode: 'production',
  entry: './src/main.js',
  output: {
    filename: '[name].[contenthash].js',
    cssFilename: '[name].[contenthash].css',
    assetModuleFilename: 'images/[name].[contenthash][ext]',
    clean: true,
  },
  module: {
    rules: [
      { test: /\.css$/, type: 'css/auto' },
      // Images that are small, once compressed, are inlined; all others are files.
      { test: /\.(png|jpe?g|gif|svg)$/, type: 'asset', parser: { dataUrlCondition: { maxSize: 4096 } } },
    ],
  },
  plugins: [
    new rspack.HtmlRspackPlugin({ template: './src/index.html' }),
    new rspack.CopyRspackPlugin({ patterns: ['public'] }),
    new CompressFastPlugin({ report: { json: 'compress-report.json' } }),
  ],
})
