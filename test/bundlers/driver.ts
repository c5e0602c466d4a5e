import type { Options, Report } from 'unplugin-compress-fast'
import type { Built } from '../site.js'

/** What a test asks of a build, in words that all bundlers have. */
export interface Setup {
  readonly options?: Options
  /** Output folders; several are several outputs of one build. By default `dist`. */
  readonly outDirs?: readonly string[]
  /** Other plugins that take part. */
  readonly neighbours?: readonly Neighbour[]
  /** Warnings that are expected, by a part of their text. Any other warning fails the test. */
  readonly expectWarnings?: readonly string[]
}

/**
 * `emits`: a plugin puts `extra/emitted.jpg` into the output as `emitted.jpg`, in the hook that is meant for it.
 * `emits-late`: another one puts `late.jpg` there, as late as the bundler lets plugins.
 * `copies`: the folder `static` is copied to the output, in the way that is usual for the bundler.
 */
export type Neighbour = 'emits' | 'emits-late' | 'copies'

/** A build that goes on when sources change, until it is closed. */
export interface Watching {
  close(): Promise<unknown>
}

/** Everything of a build that differs between bundlers. */
export interface Driver {
  readonly name: string
  /** Builds `src/main.js`. Returns the warnings that the bundler showed, and rejects when the build fails. */
  build(root: string, setup: Required<Omit<Setup, 'expectWarnings'>>): Promise<readonly string[]>
  /** Begins to build `src/main.js` into `dist`. */
  watch(root: string, options: Options): Promise<Watching>
}

/** What a build left behind, by output folder. */
export interface Result extends Built {
  readonly outputs: readonly Built[]
  readonly report: Report
}
