/** Variables without which a loader or a temporary folder cannot be found on some system. */
const PASSED = [
  'PATH',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'DYLD_FALLBACK_LIBRARY_PATH',
  'SystemRoot',
  'windir',
  'TEMP',
  'TMP',
  'TMPDIR',
  'ELECTRON_RUN_AS_NODE',
]

/**
 * What a child sees of the environment: enough to load its codecs and nothing else. `NODE_OPTIONS` stays out, since
 * an inspector port or a loader meant for the parent would stop or change a child; keys and tokens stay out because
 * code that reads hostile files has no use for them.
 */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own: NodeJS.ProcessEnv = {
    // libvips: leave out every operation its authors call unsafe for hostile input, before any code of ours runs.
    VIPS_BLOCK_UNTRUSTED: '1',
    VIPS_CONCURRENCY: '1',
    // One job at a time needs one thread for the codec and one to spare.
    UV_THREADPOOL_SIZE: '2',
  }
  for (const name of PASSED) {
    const value = env[name]
    if (value !== undefined) own[name] = value
  }
  return own
}
