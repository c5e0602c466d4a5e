import { withoutComments } from './ci.js'
import type { Finding } from './finding.js'
import type { Project } from './project.js'

const builds = /\b(?:npm|pnpm|yarn|bun)(?:\s+run)?\s+(?:-\S+\s+)*build\b|\b(?:npx|bunx)\s+\S|\bpnpm\s+exec\b/
const bundlers = /\b(?:vite|astro|nuxt|next|rsbuild|farm)\s+build\b|\b(?:compress-fast|webpack|rspack|rollup)\b/
const ways = /type=cache|COMPRESS_FAST_CACHE_REMOTE/

/** Images of Docker in which a project is built: each build of one begins with an empty folder. */
export function dockerFindings(project: Project): Finding[] {
  // In others something else is built.
  if (!project.read('package.json')?.includes('compress-fast')) return []
  const forgetful = dockerFiles(project).flatMap(({ path, text }) => {
    const instructions = instructionsOf(text)
    const build = instructions.find((line) => /^RUN\b/i.test(line) && isBuild(line) && !ways.test(line))
    if (build === undefined || /COMPRESS_FAST_CACHE_REMOTE/.test(text)) return []
    return [{ path, folder: folderAt(instructions, build) }]
  })
  const [first] = forgetful
  if (!first || project.list('compress-fast-cache').length > 0) return []
  const target = `${first.folder}/node_modules/.cache/compress-fast`
  return [
    {
      code: 'CACHE_NOT_KEPT',
      title: 'Docker builds the project without the results of the last build',
      details: forgetful.map(({ path }) => path),
      fix: `Let the build have a mount: RUN --mount=type=cache,target=${target} …`,
    },
  ]
}

/** Dockerfiles of the project. */
export function dockerFiles({ list, read }: Project): { path: string; text: string }[] {
  const names = list('.').filter((name) => /^(?:Docker|Container)file(?:\..+)?$|\.dockerfile$/i.test(name))
  return names.map((path) => ({ path, text: read(path) ?? '' }))
}

function isBuild(line: string): boolean {
  return builds.test(line) && (/\bbuild\b/.test(line) || bundlers.test(line))
}

/** Instructions, each in one line. */
function instructionsOf(text: string): string[] {
  return withoutComments(text)
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
}

/** The folder that an instruction runs in. */
function folderAt(instructions: readonly string[], instruction: string): string {
  const before = instructions.slice(0, instructions.indexOf(instruction))
  const [, folder = '/app'] = /^WORKDIR\s+(\S+)/i.exec(before.findLast((line) => /^WORKDIR\b/i.test(line)) ?? '') ?? []
  return folder.replace(/\/+$/, '')
}
