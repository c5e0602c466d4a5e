import { spawnSync } from 'node:child_process'
import { parseLock } from 'unplugin-compress-fast/cli'
import type { Finding } from './finding.js'
import type { Project } from './project.js'

const lock = 'compress-fast.lock'
const committedCache = 'compress-fast-cache'

/** What git does to the lock file, and to the sources whose digests are in it. Without a lock file it does not matter. */
export function gitFindings(project: Project): Finding[] {
  const text = project.read(lock)
  if (text === undefined) return []
  return [...ignored(project), ...leftOut(project), ...rewritten(project, text)]
}

function ignored({ root }: Project): Finding[] {
  if (git(root, ['check-ignore', '--no-index', lock])?.status !== 0) return []
  return [
    {
      code: 'LOCK_IGNORED',
      title: 'git ignores the lock file, so that nobody else gets it',
      details: ['.gitignore'],
      fix: `Add a line to .gitignore, below the others: !${lock}`,
    },
  ]
}

function leftOut({ root, list }: Project): Finding[] {
  const names = [lock, ...(list(committedCache).length > 0 ? [committedCache] : [])]
  const details = attributesOf(root, names).flatMap(({ path, name, value }) =>
    name === 'export-ignore' && value === 'set' ? [path] : [],
  )
  if (details.length === 0) return []
  return [
    {
      code: 'EXPORT_IGNORED',
      title: 'Archives of the repository are made without what frozen builds need',
      details,
      fix: 'Take `export-ignore` off these in .gitattributes.',
    },
  ]
}

/** SVG files are text to git, which gives them other line ends on Windows: other bytes than those that are locked. */
function rewritten({ root }: Project, text: string): Finding[] {
  const files = [...new Set(parseLock(text).lines.map(({ file }) => file))].filter((file) => /\.svg$/i.test(file))
  const isKept = new Set<string>()
  for (const { path, name, value } of attributesOf(root, files)) {
    if ((name === 'text' && value === 'unset') || (name === 'eol' && value === 'lf')) isKept.add(path)
  }
  const details = files.filter((file) => !isKept.has(file))
  if (details.length === 0 || git(root, ['rev-parse'])?.status !== 0) return []
  return [
    {
      code: 'LOCKED_LINE_ENDS',
      title: 'git gives locked files other line ends on Windows, where a frozen build then fails',
      details,
      fix: 'Add to .gitattributes: *.svg text eol=lf',
    },
  ]
}

interface Attribute {
  readonly path: string
  readonly name: string
  readonly value: string
}

function attributesOf(root: string, paths: readonly string[]): Attribute[] {
  if (paths.length === 0) return []
  const answer = git(root, ['check-attr', '-z', '--stdin', 'text', 'eol', 'export-ignore'], paths.join('\0'))
  const words = answer?.status === 0 ? answer.stdout.split('\0') : []
  const attributes: Attribute[] = []
  for (let at = 0; at + 2 < words.length; at += 3) {
    attributes.push({ path: words[at] ?? '', name: words[at + 1] ?? '', value: words[at + 2] ?? '' })
  }
  return attributes
}

/** `undefined` where there is no git. */
function git(cwd: string, args: readonly string[], input = ''): { status: number | null; stdout: string } | undefined {
  const { error, status, stdout } = spawnSync('git', args, { cwd, input, encoding: 'utf8' })
  return error ? undefined : { status, stdout }
}
