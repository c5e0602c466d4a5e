#!/usr/bin/env node
import * as module from 'node:module'

// Node 22.8 and later keep compiled code for the next run: a twentieth of what a warm one takes. Node says where, users by
// NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE. Only what is loaded from here on is kept.
if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache()
const { run } = await import('./run.js')

process.exitCode = await run(process.argv.slice(2))
