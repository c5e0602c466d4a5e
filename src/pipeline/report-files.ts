import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ResolvedOptions } from '../options.js'
import type { Spending } from '../report/budgets.js'
import type { PictureStore } from '../report/pictures.js'
import type { Report } from '../types.js'
import { relativeTo } from '../util/path.js'
import { replaceText } from '../util/replace-text.js'
import type { Warnings } from './warnings.js'

/** What the files of a report are made from. */
export interface ReportFilesParts {
  readonly options: Pick<ResolvedOptions, 'report'>
  readonly root: string
  readonly warnings: Warnings
  readonly pictures: PictureStore | undefined
}

/** The files that the user asked for. */
export interface ReportFiles {
  /** Writes them. What cannot be written is a warning. */
  write(report: Report, spendings: readonly Spending[]): Promise<void>
}

/** The files of a report. What makes pages for people is loaded when one is asked for. */
export function createReportFiles({ options, root, warnings, pictures }: ReportFilesParts): ReportFiles {
  const { json, html, markdown, base } = options.report
  let reading: Promise<Report | null> | undefined
  return {
    async write(report, spendings) {
      if (markdown !== null) await writing('markdown', markdown, (path) => writeMarkdown(path, report, spendings))
      if (json !== null) {
        await writing('json', json, (path) => replaceText(path, `${JSON.stringify(report, null, 2)}\n`))
      }
      if (html !== null) await writing('html', html, (path) => writePage(path, report))
    },
  }

  async function writePage(path: string, report: Report): Promise<void> {
    const [{ renderHtml }, { readPage }] = await Promise.all([import('../report/html.js'), import('../report/page.js')])
    await replaceText(path, renderHtml(report, pictures?.all() ?? new Map(), await readPage()))
  }

  async function writeMarkdown(path: string, report: Report, spendings: readonly Spending[]): Promise<void> {
    const { renderMarkdown } = await import('../report/markdown.js')
    const { withSection } = await import('../report/markdown-text.js')
    const earlier = base === null ? {} : { base: await readBase(base) }
    const name = projectName(options, root)
    const page = (await readIfThere(path)) ?? ''
    await replaceText(path, withSection(page, name, renderMarkdown({ report, name, spendings, ...earlier })))
  }

  /** Once, since our own report may take its place. */
  function readBase(path: string): Promise<Report | null> {
    reading ??= readReport(resolve(root, path))
    return reading
  }

  async function readReport(path: string): Promise<Report | null> {
    const text = await readIfThere(path)
    if (text === undefined) return null
    const { parseReport } = await import('../report/parse-report.js')
    const report = parseReport(text)
    if (!report) warnings.add('BASE_UNREADABLE', `${base} is no JSON report.`, 'Check `report.base`.')
    return report ?? null
  }

  async function writing(name: string, path: string, write: (path: string) => Promise<void>): Promise<void> {
    try {
      await write(resolve(root, path))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      warnings.add('REPORT_FAILED', `The report could not be written: ${why}`, `Check \`report.${name}\`.`)
    }
  }
}

/** A project by its folder in the repository, where the CI host says what that is: several may write to one page. */
function projectName({ report }: ReportFilesParts['options'], root: string): string {
  const workspace = report.annotations?.workspace
  return workspace ? relativeTo(workspace, root) : ''
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
