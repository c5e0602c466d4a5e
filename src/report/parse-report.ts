import type { Outcome, Report } from '../types.js'

/**
 * A report as it was written, or `undefined` for what is none. Fields that are read in order to compare or to show are
 * looked at; what a later version adds is let through.
 */
export function parseReport(text: string): Report | undefined {
  const value = parseJson(text)
  if (!isRecord(value) || value['schema'] !== 1) return undefined
  const { engine, settings, totals, assets, warnings } = value
  const isWhole = isRecord(engine) && isRecord(settings) && isRecord(totals) && Array.isArray(warnings)
  if (!isWhole || !Array.isArray(assets) || !assets.every(isOutcome)) return undefined
  // Looked at above as far as anything here relies on it.
  return value as unknown as Report
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isOutcome(value: unknown): value is Outcome {
  if (!isRecord(value)) return false
  const { path, source, before, after, outcome, reason, digest } = value
  const isNamed = typeof path === 'string' && isTextOrNull(source) && isTextOrNull(reason) && typeof digest === 'string'
  const isKnown = outcome === 'compressed' || outcome === 'kept' || outcome === 'failed'
  return isNamed && isKnown && isSize(before) && isSize(after)
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value)
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
