export type { Engine, EngineAnswer, EngineRequest } from './engine/engine.js'
export {
  BrokenAssetError,
  CompressionError,
  EngineFailedError,
  EngineUnavailableError,
  isCompressionError,
  OptionError,
  RejectedResultError,
} from './errors.js'
export type {
  CacheSettings,
  ConfigurableFormat,
  FileSettings,
  FormatSettings,
  Options,
  Pattern,
  ReportSettings,
  ResolvedOptions,
  SavingsSettings,
} from './options.js'
export type { Report, Totals } from './pipeline/report.js'
export { compressFast, compressFast as default } from './plugin.js'
export { resolveOptions } from './resolve-options.js'
export type { AssetSettings, Effort, Format, From, Metadata, Origin, Outcome, Quality, Warning } from './types.js'
