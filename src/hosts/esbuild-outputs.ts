import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { BuildResult, Metafile, OutputFile } from 'esbuild'
import type { Asset, Receipt } from '../types.js'
import { isInside, relativeTo } from '../util/path.js'
import { type Sweep, sweepDirectory, sweepNamedDirs } from './directory.js'
import type { SpelledWishes } from './esbuild-wishes.js'
import type { AssetSession } from './host.js'
import { noteImport } from './importers.js'

/** A file that shrank when it was loaded, or was found to be best as it is. */
export interface Loaded {
  /** Absolute path, with what followed it in the import, such as `#icon`. */
  readonly id: string
  readonly source: string
  /** Whether it became part of the code that imports it. */
  readonly isInlined: boolean
  readonly receipt: Receipt
  /** What ships after all, where it was found out too late to be loaded. */
  readonly instead?: { readonly bytes: Uint8Array; readonly receipt: Receipt }
}

/** A build that has come to its end. */
export interface Ending extends Pick<Sweep, 'seen' | 'since'> {
  readonly result: BuildResult
  readonly session: AssetSession
  readonly root: string
  readonly place: string
  readonly loaded: readonly Loaded[]
  /** For files that others loaded. */
  readonly wishes: SpelledWishes
}

type Outputs = ReadonlyMap<string, Metafile['outputs'][string]>

/** Reports where loaded files ended, and makes smaller what came into the output without being loaded by us. */
export async function settleOutputs(ending: Ending): Promise<void> {
  const { result, session, root, place, seen } = ending
  // Builds that failed have nothing to show.
  if (!result.metafile) return
  const outputs: Outputs = new Map(
    Object.entries(result.metafile.outputs).map(([path, output]) => [relativeTo(place, resolve(root, path)), output]),
  )
  if (session.wantsImporters) noteInputs(result.metafile, ending)
  const done = await tellOfLoaded(ending, outputs)
  if (result.outputFiles) await settleFiles(result.outputFiles, ending, outputs, done)
  else await sweepOutput(ending, result.metafile, outputs, done)
  await sweepNamedDirs({ root, place, seen, done }, session)
}

function noteInputs({ inputs }: Metafile, { session, root }: Ending): void {
  for (const [importer, { imports }] of Object.entries(inputs)) {
    for (const { path } of imports) noteImport(session, root, resolve(root, path), [resolve(root, importer)])
  }
}

/** @returns The outputs that loaded files became. */
async function tellOfLoaded(ending: Ending, outputs: Outputs): Promise<Set<string>> {
  const { result, session, root, place, loaded } = ending
  const done = new Set<string>()
  const parts = partsOf(result.metafile, root)
  const byId = new Map<string, Loaded[]>()
  for (const file of loaded) {
    const { id, source, isInlined, receipt } = file
    if (isInlined && parts.has(id)) session.tell({ path: source, source, origin: 'inline' }, place, receipt)
    else byId.set(id, [...(byId.get(id) ?? []), file])
  }
  for (const [path, output] of outputs) {
    const { inputs, bytes } = output
    const [input, ...others] = Object.keys(inputs)
    if (input === undefined || others.length > 0 || !session.wants(path)) continue
    // Imports that ask for different things of a file are different modules of one name; their sizes tell them apart.
    const file = byId.get(resolve(root, input))?.find(({ receipt }) => receipt.after === bytes)
    if (!file) continue
    const { receipt } = file.instead ?? file
    session.tell({ path, source: file.source, origin: 'bundle' }, place, receipt)
    done.add(path)
    if (!file.instead) continue
    output.bytes = receipt.after
    await replace(path, file.instead.bytes, ending)
  }
  return done
}

/** Everything that is part of some output. Style sheets do not count what they refer to as theirs, so it is added. */
function partsOf(metafile: Metafile | undefined, root: string): Set<string> {
  const inputs = Object.values(metafile?.outputs ?? {}).flatMap((output) => Object.entries(output.inputs))
  const parts = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([input]) => input)
  const fromStyles = parts
    .flatMap((input) => metafile?.inputs[input]?.imports ?? [])
    .filter(({ kind }) => kind === 'url-token')
  return new Set([...parts, ...fromStyles.map(({ path }) => path)].map((input) => resolve(root, input)))
}

async function replace(path: string, bytes: Uint8Array, { result, place }: Ending): Promise<void> {
  if (!result.outputFiles) return writeFile(join(place, path), bytes)
  for (const file of result.outputFiles) if (relativeTo(place, file.path) === path) put(bytes, file)
}

function put(bytes: Uint8Array, file: OutputFile): void {
  file.contents = bytes
  // Callers compare hashes to see what changed. As long as one of esbuild's, and as telling.
  file.hash = createHash('sha256').update(bytes).digest('base64').slice(0, file.hash.length)
}

/** Files that the caller gets in memory (`write: false`). */
async function settleFiles(
  files: readonly OutputFile[],
  ending: Ending,
  outputs: Outputs,
  done: ReadonlySet<string>,
): Promise<void> {
  const { session, place } = ending
  await Promise.all(files.map(settleFile))

  async function settleFile(file: OutputFile): Promise<void> {
    const path = relativeTo(place, file.path)
    if (done.has(path) || !session.wants(path)) return
    const smaller = await session.settle({ path, ...originOf(path, outputs, ending), bytes: file.contents }, place)
    if (smaller) put(smaller, file)
  }
}

/** Files on disk: outputs of other plugins, and whatever else appeared in the output folder while the build ran. */
async function sweepOutput(ending: Ending, { inputs }: Metafile, outputs: Outputs, done: Set<string>): Promise<void> {
  const { session, root, place, seen, since } = ending
  // Sources may lie in the output folder.
  const sources = Object.keys(inputs).map((input) => relativeTo(place, resolve(root, input)))
  for (const path of sources) if (!outputs.has(path)) done.add(path)
  const sweep: Sweep = { dir: place, done, seen, since, spare: [], originOf: (path) => originOf(path, outputs, ending) }
  // A folder that holds the project (`outfile: 'bundle.js'`) is full of what is not for us to touch.
  const isShared = isInside(place, root)
  if (!isShared) return sweepDirectory(sweep, session)
  const left = [...outputs.keys()].filter((path) => session.wants(path) && !done.has(path))
  if (left.length > 0) await sweepDirectory(sweep, { ...session, wants: (path) => left.includes(path) })
}

/** Where a file came from, when it is one that esbuild wrote. */
function originOf(path: string, outputs: Outputs, { root, wishes }: Ending): Pick<Asset, 'origin' | 'source' | 'wish'> {
  const output = outputs.get(path)
  if (!output) return { origin: 'folder', source: null }
  const [input, ...others] = Object.keys(output.inputs)
  if (input === undefined || others.length > 0) return { origin: 'bundle', source: null }
  const source = input.replace(/[?#].*$/, '')
  return { origin: 'bundle', source, wish: wishes.safestOf(resolve(root, source)) }
}
