import type { AnnotationHost } from '../options.js'
import { relativeTo } from '../util/path.js'

/** Something to be marked in a CI host's log, and beside a file where there is one. */
export interface Annotation {
  readonly severity: 'warning' | 'error'
  readonly message: string
  /** Absolute path. */
  readonly file: string | null
}

// GitHub shows ten of a kind for each step, and drops the others without a word.
const most = 10

/** The lines that a CI host reads as marks, the last one a count where there are too many. */
export function annotationLines(annotations: readonly Annotation[], host: AnnotationHost): string[] {
  const more = annotations.length - most
  if (more <= 0) return annotations.map((annotation) => lineOf(annotation, host))
  const shown = annotations.slice(0, most - 1)
  const severity = annotations[most - 1]?.severity ?? 'warning'
  const rest: Annotation = { severity, message: `And ${more + 1} more like this; the report lists all.`, file: null }
  return [...shown, rest].map((annotation) => lineOf(annotation, host))
}

function lineOf({ severity, message, file }: Annotation, { kind, workspace }: AnnotationHost): string {
  const path = file === null ? null : relativeTo(workspace ?? process.cwd(), file)
  if (kind === 'github') {
    const properties = ['title=compress-fast', ...(path === null ? [] : [`file=${githubText(path, /[%\r\n:,]/g)}`])]
    return `::${severity} ${properties.toReversed().join(',')}::${githubText(message, /[%\r\n]/g)}`
  }
  const place = path === null ? '' : `sourcepath=${azureText(path)};`
  return `##vso[task.logissue type=${severity};${place}]${azureText(message)}`
}

/** Characters that would end a mark or one of its properties, as GitHub's own toolkit writes them. */
function githubText(text: string, special: RegExp): string {
  return text.replace(special, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

/** The same for Azure, whose agent has a name of its own for the percent sign. */
function azureText(text: string): string {
  return text.replace(/[%;\r\n\]]/g, (character) => {
    if (character === '%') return '%AZP25'
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  })
}
