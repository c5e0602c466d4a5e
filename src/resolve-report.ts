import { fieldsOf, invalid, isText, wholeNumber, yesOrNo } from './option-values.js'
import type { AnnotationHost, Budget, ResolvedOptions } from './options.js'
import { parseBytes } from './util/units.js'

const paths = ['json', 'html', 'markdown', 'base'] as const

/** @throws {OptionError} */
export function resolveReport(value: unknown, env: NodeJS.ProcessEnv): ResolvedOptions['report'] {
  const given = typeof value === 'boolean' ? { terminal: value } : fieldsOf(value, 'report', names, allowed)
  const pathOf = (name: (typeof paths)[number]): string | null => {
    const path = given[name] ?? null
    if (path === null || isText(path)) return path
    throw invalid(`report.${name}`, 'a path', path)
  }
  const isMarked = yesOrNo(given['annotations'] ?? true, 'report.annotations')
  return {
    terminal: yesOrNo(given['terminal'] ?? true, 'report.terminal'),
    json: pathOf('json'),
    html: pathOf('html'),
    markdown: pathOf('markdown'),
    base: pathOf('base'),
    annotations: isMarked ? annotationHost(env) : null,
  }
}

const names = ['terminal', 'annotations', ...paths]
const allowed = 'true, false or an object'

/** Hosts say by a variable that they are one, and by another where the repository lies. */
function annotationHost(env: NodeJS.ProcessEnv): AnnotationHost | null {
  if (env['GITHUB_ACTIONS'] === 'true') return { kind: 'github', workspace: env['GITHUB_WORKSPACE'] || null }
  if (env['TF_BUILD']) return { kind: 'azure', workspace: env['BUILD_SOURCESDIRECTORY'] || null }
  return null
}

/** @throws {OptionError} */
export function resolveBudgets(value: unknown): readonly Budget[] {
  const given = Object.entries(fieldsOf(value, 'budgets', isRecord(value) ? Object.keys(value) : []))
  return given.flatMap(([name, size]) => {
    if (size === undefined) return []
    const bytes = typeof size === 'string' ? parseBytes(size) : wholeNumber(size, 0, `budgets['${name}']`)
    if (bytes === undefined) throw invalid(`budgets['${name}']`, "a number of bytes or a size such as '500 kB'", size)
    return { name, glob: name === 'total' ? null : name, bytes }
  })
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
