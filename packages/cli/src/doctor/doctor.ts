import { createPalette, type Palette, showsColours, visible } from 'unplugin-compress-fast/cli'
import { readArguments } from '../arguments.js'
import { exitCodes } from '../exit-codes.js'
import { findFiles } from '../find-files.js'
import type { Terminal } from '../terminal.js'
import { ciFindings } from './ci.js'
import { codecFindings } from './codecs.js'
import { dockerFindings } from './docker.js'
import { examineFile, fileFindings } from './files.js'
import type { Finding } from './finding.js'
import { gitFindings } from './git.js'
import { installationFindings } from './installation.js'
import { keyFindings } from './key.js'
import { lockFindings } from './lock.js'
import { optimiserFindings } from './optimisers.js'
import { openProject } from './project.js'
import { doctorSpecs } from './specs.js'
import { turbopackFindings } from './turbopack.js'
import { versionFindings } from './versions.js'

const detailsShown = 10

/** `compress-fast doctor`: looks for what keeps a project from the most of this, and says how to mend it. */
export async function examine(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readArguments(args, doctorSpecs)
  if (given.has('help')) {
    terminal.print((await import('../usage.js')).usageOf('doctor'))
    return exitCodes.done
  }
  const findings = await findingsIn(given.rest.length > 0 ? given.rest : ['.'], terminal)
  if (given.has('json')) terminal.print(JSON.stringify(findings, null, 2))
  else terminal.print(findingLines(findings, createPalette(showsColours(terminal.stdout, terminal.env))).join('\n'))
  return findings.length > 0 ? exitCodes.findings : exitCodes.done
}

async function findingsIn(paths: readonly string[], terminal: Terminal): Promise<Finding[]> {
  const files = await findFiles(paths, { ...terminal, spare: undefined })
  const project = openProject(terminal.cwd, terminal.env)
  return [
    ...(await codecFindings()),
    ...installationFindings(project),
    ...versionFindings(project, process.versions.node),
    ...turbopackFindings(project),
    ...keyFindings(project),
    ...ciFindings(project),
    ...dockerFindings(project),
    ...lockFindings(project),
    ...gitFindings(project),
    ...optimiserFindings(project),
    ...fileFindings(files.flatMap((file) => examineFile(file) ?? [])),
  ]
}

/** Findings for people: what, where, and what to do about it. */
export function findingLines(findings: readonly Finding[], { bold, dim, good, bad }: Palette): string[] {
  if (findings.length === 0) return [`${good('✔')} Nothing to mend.`]
  return findings.flatMap(({ title, details, fix }) => {
    const shown = details
      .slice(0, detailsShown)
      .map((detail) => dim(`    ${visible(detail).replaceAll('\n', '\uFFFD')}`))
    const more = details.length - shown.length
    return [
      `${bad('✖')} ${bold(`${title}.`)}`,
      ...shown,
      ...(more > 0 ? [dim(`    … and ${more} more`)] : []),
      `  ${good('→')} ${fix}`,
      '',
    ]
  })
}
