import { stripVTControlCharacters } from 'node:util'
import type { LogLevel, PartialMessage, PluginBuild } from 'esbuild'
import type { Logger } from './host.js'

/** What is told of a build, in esbuild's style and where esbuild tells it. */
export interface Log {
  readonly logger: Logger
  /** Prints the warnings since the last call, and returns them for the result of the build. */
  takeWarnings(): Promise<PartialMessage[]>
}

// Without a level, esbuild prints warnings and no list of files. Our summary is the only sign of work done, though.
const levelsWithoutSummary: ReadonlySet<LogLevel | undefined> = new Set(['warning', 'error', 'silent'] as const)
const levelsWithoutWarnings: ReadonlySet<LogLevel | undefined> = new Set(['error', 'silent'] as const)

export function createLog({ initialOptions, esbuild }: Pick<PluginBuild, 'initialOptions' | 'esbuild'>): Log {
  let warnings: PartialMessage[] = []
  const isQuiet = () => levelsWithoutSummary.has(initialOptions.logLevel)
  const isColoured = () => initialOptions.color ?? process.stderr.isTTY === true
  return {
    logger: {
      get isQuiet() {
        return isQuiet()
      },
      info(message) {
        if (!isQuiet()) write(`${isColoured() ? message : stripVTControlCharacters(message)}\n\n`)
      },
      warn: (message) => void warnings.push(messageOf(message)),
    },
    async takeWarnings() {
      const taken = warnings
      warnings = []
      // esbuild prints warnings of all hooks but the last one, which is where ours are known.
      if (taken.length > 0 && !levelsWithoutWarnings.has(initialOptions.logLevel)) {
        const { columns } = process.stderr
        const look = { color: isColoured(), ...(columns > 0 && { terminalWidth: columns }) }
        write((await esbuild.formatMessages(taken, { kind: 'warning', ...look })).join(''))
      }
      return taken
    },
  }
}

function messageOf(message: string): PartialMessage {
  const [text = '', ...hints] = message.replace(/^compress-fast: /, '').split('\n')
  return { pluginName: 'compress-fast', text, notes: hints.map((hint) => ({ text: hint.trim() })) }
}

// Standard output belongs to the user's own script, which may print what was built.
function write(text: string): void {
  process.stderr.write(text)
}
