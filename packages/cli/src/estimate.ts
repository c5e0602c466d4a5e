import { formatBytes, uploadsOf } from 'unplugin-compress-fast/cli'
import { createClient, planUploads, RequestFailedError } from 'unplugin-compress-fast/client'
import { isNegated, optionsOf, readCompressArguments, standardOutput } from './compress-options.js'
import { exitCodes } from './exit-codes.js'
import { findFiles } from './find-files.js'
import { withTargets } from './targets.js'
import type { Terminal } from './terminal.js'
import { UsageError } from './usage-error.js'

/**
 * `compress-fast estimate`: what the service would take for files that are not in the cache. Prices and the balance are
 * asked for, and no file is sent.
 */
export async function estimate(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readCompressArguments(args)
  if (given.has('help')) {
    terminal.print((await import('./usage.js')).usageOf('estimate'))
    return exitCodes.done
  }
  const paths = given.rest.filter((path) => !isNegated(path))
  if (paths.length === 0)
    throw new UsageError('Which files?', 'Name files, folders or globs: compress-fast estimate dist')
  const client = createClient()
  const found = await findFiles(paths, { ...terminal, spare: undefined })
  try {
    const uploads = await uploadsOf(withTargets(found, { kind: 'nowhere' }), optionsOf(given), terminal.cwd)
    const { files, bytes, needed, left } = await planUploads(client, uploads)
    if (given.text('json') === standardOutput) terminal.print(JSON.stringify({ files, bytes, needed, left }, null, 2))
    else terminal.print(`${files} files, ${formatBytes(bytes)}: ${needed} credits of ${left} that the account has`)
    return needed > left ? exitCodes.findings : exitCodes.done
  } catch (error) {
    if (!(error instanceof RequestFailedError)) throw error
    terminal.warn(error.message)
    return exitCodes.findings
  } finally {
    await client.close()
  }
}
