import type { Finding } from './finding.js'
import { isRecord, type Project, parseLoosely } from './project.js'

/** Next.js with Turbopack runs no plugins of webpack, and says nothing about those that a configuration names. */
export function turbopackFindings({ dependencies, list, read }: Project): Finding[] {
  if (!dependencies.includes('next')) return []
  const config = list('.').find((name) => /^next\.config\.[cm]?[jt]s$/.test(name))
  if (config === undefined || !/compress-fast/.test(read(config) ?? '')) return []
  const { scripts } = parseLoosely(read('package.json'))
  const commands = Object.values(isRecord(scripts) ? scripts : {}).map(String)
  const builds = commands.filter((command) => /\bnext\s+build\b/.test(command))
  if (builds.length === 0 || !builds.some((command) => isTurbopack(command, majorOf(read)))) return []
  return [
    {
      code: 'TURBOPACK',
      title: 'Next.js builds with Turbopack, which runs no plugin',
      details: [config],
      fix: 'Build with `next build --webpack`, or run `compress-fast .next/static` after the build.',
    },
  ]
}

/** From 16 on it is what builds, unless webpack is asked for. */
function isTurbopack(command: string, major: number): boolean {
  return /--turbo(?:pack)?\b/.test(command) || (major >= 16 && !/--webpack\b/.test(command))
}

function majorOf(read: Project['read']): number {
  const { version } = parseLoosely(read('node_modules/next/package.json'))
  return typeof version === 'string' ? Number.parseInt(version, 10) : 0
}
