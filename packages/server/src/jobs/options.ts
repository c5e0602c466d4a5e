/** What a client may ask for besides the file. The schema beside this is what checks it. */
export interface JobOptions {
  readonly _schemaVersion?: 1
  readonly resize?: ResizeOptions
  /** PNG only. */
  readonly smartCompression?: { readonly enabled?: boolean; readonly mode?: 'lossy' | 'lossless' }
}

export interface ResizeOptions {
  readonly enabled?: boolean
  readonly mode?: 'pixels' | 'percentage'
  readonly preset?: 'off' | '4k' | '2k' | '1080p' | '720p' | 'custom'
  readonly value?: number | null
}
