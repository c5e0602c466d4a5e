import type { LockLine } from './lock-text.js'

/**
 * The version under which an engine on this machine works beside a lock file. Its last word is the platform, whose
 * instructions round differently: a result of another platform is as good as one of this, and all who share a lock file
 * are to ship the same. So the platform is the one that the file speaks of, where nothing else differs.
 */
export function pinnedVersion(
  engine: { readonly id: string; readonly version: string },
  lines: readonly LockLine[],
): string {
  const recipe = withoutPlatform(engine.version)
  const isAlike = ({ id, version }: LockLine['engine']) => id === engine.id && withoutPlatform(version) === recipe
  const versions = lines.filter((line) => isAlike(line.engine)).map((line) => line.engine.version)
  return versions.toSorted()[0] ?? engine.version
}

function withoutPlatform(version: string): string {
  return version.replace(/ \w+-\w+$/, '')
}
