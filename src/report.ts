// What can be made of a report, for tools that have one: a build's, or a `report.json`. Nothing here reads or writes the
// report's files.

export { type Annotation, annotationLines } from './report/annotations.js'
export { budgetError, type Spending, spendingsOf } from './report/budgets.js'
export { type Change, changesSince } from './report/changes.js'
export { renderHtml } from './report/html.js'
export { type MarkdownParts, renderMarkdown } from './report/markdown.js'
export { markdownSection, withSection } from './report/markdown-text.js'
export { type Page, readPage } from './report/page.js'
export { parseReport } from './report/parse-report.js'
export { createPictureStore, type Picture, type PictureStore, type Pictures } from './report/pictures.js'
export { reasonText } from './report/reasons.js'
export { resolveBudgets } from './resolve-report.js'
