export type { Engine, EngineAnswer, EngineRequest } from './engine/engine.js'
export {
  BrokenAssetError,
  BudgetExceededError,
  CompressionError,
  CreditsSpentError,
  EngineFailedError,
  EngineUnavailableError,
  isCompressionError,
  JobFailedError,
  KeyRejectedError,
  OptionError,
  RejectedResultError,
  ServiceUnavailableError,
} from './errors.js'
export type {
  AnnotationHost,
  ApiSettings,
  Budget,
  CacheSettings,
  ConfigurableFormat,
  FileSettings,
  FormatSettings,
  Options,
  Pattern,
  ReportSettings,
  ResolvedOptions,
  ResolvedReport,
  SavingsSettings,
} from './options.js'
export { compressFast, compressFast as default } from './plugin.js'
export { resolveOptions } from './resolve-options.js'
export type {
  AssetSettings,
  Effort,
  Format,
  From,
  Metadata,
  Origin,
  Outcome,
  Quality,
  Report,
  Resize,
  Scale,
  Totals,
  Warning,
} from './types.js'
