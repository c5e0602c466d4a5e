import type { AssetSession, Logger, OpenSession } from './host.js'

/**
 * Opens one project's session for the bundler inside a framework, as a part of a build that the framework's host
 * begins, ends and sums up.
 * @param root The framework's idea of the project, which is where reports and caches belong.
 */
export function openWithin(root: string, open: OpenSession): OpenSession {
  return (_, logger: Logger): AssetSession => {
    const session = open(root, logger)
    return {
      ...session,
      begin: (place, kind) => session.begin(place, kind === 'whole' ? 'part' : kind),
      announce: () => {},
      dirs: [],
    }
  }
}
