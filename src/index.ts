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
export {
  type CacheSettings,
  type ConfigurableFormat,
  type FormatSettings,
  type Options,
  type Pattern,
  type ReportSettings,
  type ResolvedOptions,
  resolveOptions,
  type SavingsSettings,
} from './options.js'
export type { Report, Totals } from './pipeline/report.js'
export { compressFast, compressFast as default } from './plugin.js'
export type { AssetSettings, Effort, Format, From, Metadata, Origin, Outcome, Quality, Warning } from './types.js'
