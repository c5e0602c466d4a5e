export {
  CodecUnavailableError,
  type CompressOptions,
  type CompressResult,
  compress,
  createEngine,
  type Engine,
  type EngineOptions,
  type Verification,
  type VerifyOptions,
} from './engine.js'
export type { Facts, Trait } from './inspect/facts.js'
export { BrokenImageError, inspect, isLfsPointer, sniff } from './inspect/index.js'
export { compressibleFormats } from './inspect/names.js'
export { type Resize, type ResizePreset, resizedDimensions, type Scale, type Size } from './resize/size.js'
export type { Effort, FailedReason, Format, KeptReason, Metadata, Quality, Reason } from './types.js'
export { engineVersion } from './version.js'
