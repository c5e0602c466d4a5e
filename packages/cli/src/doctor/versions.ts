import type { Finding } from './finding.js'
import { type Project, parseLoosely } from './project.js'

/** Our packages, which are of one version and are updated together. */
const family = [
  'unplugin-compress-fast',
  'vite-plugin-compress-fast',
  'compress-fast-webpack-plugin',
  'rollup-plugin-compress-fast',
  'esbuild-plugin-compress-fast',
  'compress-fast',
  '@compress-fast/engine',
]

/** The oldest bundlers that the plugins work with, as the README says. */
const oldest: Readonly<Record<string, string>> = {
  vite: '6.0.0',
  webpack: '5.61.0',
  '@rspack/core': '1.4.0',
  '@rsbuild/core': '1.4.2',
  rollup: '4.0.0',
  rolldown: '1.0.0',
  esbuild: '0.25.0',
  '@farmfe/core': '1.7.0',
  astro: '5.0.0',
  nuxt: '4.0.0',
}

/** Versions that do not go together. Of bundlers only those count that the project asks for itself. */
export function versionFindings(project: Project, nodeVersion: string): Finding[] {
  return [...nodeFindings(nodeVersion), ...familyFindings(project), ...bundlerFindings(project)]
}

function nodeFindings(version: string): Finding[] {
  const isKnown = isAtLeast(version, '22.12.0') || (version.startsWith('20.') && isAtLeast(version, '20.19.0'))
  if (isKnown) return []
  const title = `Node ${version} is too old`
  return [{ code: 'NODE_VERSION', title, details: [], fix: 'Install Node 20.19, 22.12 or later.' }]
}

function familyFindings(project: Project): Finding[] {
  const found = family.flatMap((name) => {
    const version = installed(project, name)
    return version === undefined ? [] : [{ name, version }]
  })
  if (new Set(found.map(({ version }) => version)).size < 2) return []
  const asked = found.filter(({ name }) => project.dependencies.includes(name))
  const names = (asked.length > 0 ? asked : found).map(({ name }) => `${name}@latest`)
  return [
    {
      code: 'MIXED_VERSIONS',
      title: 'Packages of compress-fast are of different versions',
      details: found.map(({ name, version }) => `${name} ${version}`),
      fix: `npm install -D ${names.join(' ')}`,
    },
  ]
}

function bundlerFindings(project: Project): Finding[] {
  return Object.entries(oldest).flatMap(([name, least]) => {
    const version = project.dependencies.includes(name) ? installed(project, name) : undefined
    if (version === undefined || isAtLeast(version, least)) return []
    const title = `${name} ${version} is too old for the plugin, which needs ${least}`
    return [{ code: 'BUNDLER_VERSION', title, details: [], fix: `npm install -D ${name}@latest` }]
  })
}

function installed({ read }: Project, name: string): string | undefined {
  const { version } = parseLoosely(read(`node_modules/${name}/package.json`))
  return typeof version === 'string' ? version : undefined
}

/** Compares numbers; what follows a hyphen is let pass. */
function isAtLeast(version: string, least: string): boolean {
  const [have, want] = [version, least].map((text) => text.split('-')[0]?.split('.').map(Number) ?? [])
  for (const [index, number] of (want ?? []).entries()) {
    const own = have?.[index] ?? 0
    if (own !== number) return own > number
  }
  return true
}
