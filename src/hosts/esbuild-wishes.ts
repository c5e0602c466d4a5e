import { basename, dirname, normalize, sep } from 'node:path'
import type { Wish } from '../types.js'

/**
 * Imports that ask for something of a file. Each wish makes the file a module of its own, and esbuild tells modules
 * apart by how their paths are spelled: `img/./a.jpg` is not `img/a.jpg` to it, though both are read from the same
 * place and give the same names, folders and comments. A namespace would do as well, but files in one have no folder,
 * and the machine's absolute path ends up in the bundle.
 */
export interface SpelledWishes {
  /** The path under which a file is the one that ships as an import wishes. */
  spell(path: string, wish: Wish): string
  /** What is asked for of the file behind a path that came from `spell`. */
  of(path: string): Wish | undefined
  /** The safest of all that is asked for of a file, however its path is spelled. */
  safestOf(path: string): Wish | undefined
}

export function createSpelledWishes(): SpelledWishes {
  const steps: Wish[] = []
  const byPath = new Map<string, Wish>()
  return {
    spell(path, wish) {
      if (!steps.includes(wish)) steps.push(wish)
      const detour = `.${sep}`.repeat(steps.indexOf(wish) + 1)
      const spelled = `${dirname(path)}${sep}${detour}${basename(path)}`
      byPath.set(spelled, wish)
      return spelled
    },
    of: (path) => byPath.get(path),
    safestOf(path) {
      const wishes = [...byPath].flatMap(([spelled, wish]) => (normalize(spelled) === path ? [wish] : []))
      return wishes.sort((a, b) => safetyOf(b) - safetyOf(a))[0]
    },
  }
}

function safetyOf(wish: Wish): number {
  return wish === 'off' ? Number.POSITIVE_INFINITY : wish === 'lossless' ? 101 : wish
}
