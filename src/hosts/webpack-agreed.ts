import type { Wish } from '../types.js'
import type { Module } from './webpack-compiler.js'
import { sharedPath } from './webpack-names.js'
import { notesOf, type Passed, type Work } from './webpack-passed.js'

/** A module whose bytes go to a file that others of other bytes go to as well. */
interface Contender {
  readonly module: Module
  readonly passed: Passed
}

/**
 * Imports that ask for different things of one image are modules of their own, and each gets its own file, unless names
 * have no hash. Then the bundler would give up. The safest of what is asked for ships instead.
 */
export async function agree(work: Work): Promise<void> {
  const { compilation, loading } = work
  for (const [path, contenders] of contests(work)) {
    const wishes = contenders.flatMap(({ passed: { wish } }) => wish ?? [])
    const wish = wishes.reduce((safest, other) => (rankOf(other) > rankOf(safest) ? other : safest))
    const message = `Different things are asked for of ${contenders[0]?.passed.source}, which becomes one file, ${path}.`
    loading.session.warn(
      'CONFLICTING_SETTINGS',
      message,
      'The safest ships. Have a [contenthash] in its name for each.',
    )
    for (const { module, passed } of contenders) {
      if (passed.wish === wish) continue
      loading.agreed.set(module.identifier(), wish)
      await new Promise<void>((resolve, reject) => {
        compilation.rebuildModule(module, (error) => (error ? reject(error) : resolve()))
      })
    }
  }
}

/** Modules of one file each, by that file's path, where bytes differ and somebody asked for it. */
function contests(work: Work): [string, Contender[]][] {
  const { compilation, loading } = work
  const byPath = new Map<string, Contender[]>()
  for (const module of compilation.modules) {
    if (module.type !== 'asset' && module.type !== 'asset/resource') continue
    const [passed] = notesOf(module, loading.session)
    if (!passed || module.buildInfo?.['dataUrl'] === true) continue
    const path = sharedPath({ module, ...passed }, compilation, loading)
    if (path !== undefined) byPath.set(path, [...(byPath.get(path) ?? []), { module, passed }])
  }
  return [...byPath].filter(([, contenders]) => isContest(contenders))
}

function isContest(contenders: readonly Contender[]): boolean {
  const count = (facts: readonly string[]) => new Set(facts).size
  return (
    contenders.some(({ passed }) => passed.wish !== undefined) &&
    count(contenders.map(({ passed }) => passed.source)) === 1 &&
    count(contenders.map(({ passed }) => passed.receipt.digest)) > 1
  )
}

function rankOf(wish: Wish): number {
  if (wish === 'off') return 102
  return wish === 'lossless' ? 101 : wish
}
