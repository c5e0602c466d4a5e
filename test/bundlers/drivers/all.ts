import type { Driver } from '../driver.js'
import { esbuildDriver } from './esbuild.js'
import { farmDriver } from './farm.js'
import { rolldownDriver, rollupDriver } from './rollup.js'
import { rsbuildDriver } from './rsbuild.js'
import { viteDriver } from './vite.js'
import { rspackDriver, webpackDriver } from './webpack.js'

/** Every bundler that a process can have beside others. */
export const drivers: readonly Driver[] = [
  viteDriver,
  rollupDriver,
  rolldownDriver,
  webpackDriver,
  rspackDriver,
  rsbuildDriver,
  esbuildDriver,
  farmDriver,
]
