import type { CompressOptions, Format, Reason, Scale } from '@compress-fast/engine'

/** How bytes are compressed. */
export type Settings = Pick<CompressOptions, 'quality' | 'effort' | 'metadata'>

/** How much smaller pictures are to become, in proportion. */
export type Resize = Scale

/** A file to compress. Paths are this machine's. */
export interface Task {
  readonly input: string
  /** Written only when the result is other bytes. */
  readonly output: string
  readonly settings: Settings
  readonly resize: Resize | undefined
}

/** What came of a file. `bytes` and `digest` are of the result, or of the input where nothing changed. */
export interface Result {
  readonly kind: 'result'
  readonly format: Format | null
  readonly changed: boolean
  readonly reason: Reason | null
  readonly quality: number | null
  readonly detail: string | null
  readonly bytes: number
  readonly digest: string
}

/** The runner died, or could not do what it should; no answer about the file. */
export interface Lost {
  readonly kind: 'lost'
  readonly detail: string
}

export type ToRunner =
  | { readonly type: 'run'; readonly id: number; readonly task: Task }
  | { readonly type: 'cancel'; readonly id: number }

export interface FromRunner {
  readonly id: number
  readonly outcome: Result | Lost
}
