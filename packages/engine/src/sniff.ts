// What a build asks of every file, even when all results come from a cache: kept apart because it loads in 2 ms.
export {
  allFormats,
  compressibleFormats,
  extensionsOf,
  formatOfMime,
  mimeOf,
} from './inspect/names.js'
export { isLfsPointer, sniff } from './inspect/sniff.js'
export { parseResize, RESIZE_VALUES, type Resize, type Scale } from './resize/size.js'
export type { Effort, FailedReason, Format, KeptReason, Metadata, Quality, Reason } from './types.js'
export { engineVersion } from './version.js'
