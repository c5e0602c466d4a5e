import { ciConfigurations, withoutComments } from './ci.js'
import { dockerFiles } from './docker.js'
import type { Finding } from './finding.js'
import { isRecord, type Project, parseLoosely } from './project.js'

/** What keeps the codecs from being installed, here or on the machines that build. They are optional packages, one a system. */
export function installationFindings(project: Project): Finding[] {
  return [...omitted(project), ...ofOtherSystems(project)]
}

const omitting = [
  /\bnpm\s+(?:ci|clean-install|i|install)\b[^\n&|;]*--(?:omit[= ]optional|no-optional)\b/,
  /\bpnpm\s+(?:i|install)\b[^\n&|;]*--no-optional\b/,
  /\byarn\b[^\n&|;]*--ignore-optional\b/,
]
const omittingSetting = /^\s*(?:omit(?:\[\])?\s*=\s*['"]?optional|optional\s*=\s*false)\b/m

function omitted(project: Project): Finding[] {
  const commands = [...ciConfigurations(project), ...dockerFiles(project)].filter(({ text }) =>
    omitting.some((pattern) => pattern.test(withoutComments(text))),
  )
  const settings = ['.npmrc'].filter((path) => omittingSetting.test(project.read(path) ?? ''))
  const details = [...settings, ...commands.map(({ path }) => path)]
  if (details.length === 0) return []
  return [
    {
      code: 'OPTIONAL_OMITTED',
      title: 'Optional packages are left out, and the codecs are among them',
      details,
      fix: 'Take out `omit=optional`, `--omit=optional` or what there is of the kind.',
    },
  ]
}

const prefix = '@img/sharp-'

/** A lock file of npm that was written beside an installation names what was installed there, and nothing else. */
function ofOtherSystems(project: Project): Finding[] {
  const { packages } = parseLoosely(project.read('package-lock.json'))
  const names = isRecord(packages) ? Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')) : []
  if (!names.some((name) => name.startsWith(prefix))) return []
  const isAlpine = dockerFiles(project).some(({ text }) => /^\s*FROM\s+\S*alpine/im.test(text))
  const systems = ['linux-x64', ...(isAlpine ? ['linuxmusl-x64'] : [])]
  const missing = systems.filter((system) => !names.includes(prefix + system))
  if (missing.length === 0) return []
  return [
    {
      code: 'OTHER_SYSTEM',
      title: `package-lock.json knows no codecs for ${missing.join(' and ')}, so that machines of that kind install none`,
      details: [],
      fix: 'Let npm write it anew, for all systems: rm -rf node_modules package-lock.json && npm install',
    },
  ]
}
