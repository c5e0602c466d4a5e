import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Resource } from '@farmfe/core'
import type { Asset } from '../types.js'
import { takeCompressQuery } from './compress-query.js'
import type { Results } from './farm-results.js'
import type { AssetSession } from './host.js'

/** Everything that Farm is about to write, by file name. */
export type Resources = Record<string, Resource>

/** What settling resources needs to know of a build. */
export interface ResourceBuild {
  readonly session: AssetSession
  /** The project's root folder, from which sources are told. */
  readonly root: string
  /** The output folder. */
  readonly place: string
  readonly results: Results
}

/**
 * Swaps resources for smaller ones.
 * @param done Names that were seen before are left out, and the names seen now are added.
 */
export async function settleResources(resources: Resources, build: ResourceBuild, done: Set<string>): Promise<void> {
  const settling: Promise<void>[] = []
  for (const [name, resource] of Object.entries(resources)) {
    // What counts as emitted became part of another resource, and is not written.
    if (resource.emitted || done.has(name) || !build.session.wants(name)) continue
    done.add(name)
    settling.push(settleResource(resource, build))
  }
  await Promise.all(settling)
}

async function settleResource(resource: Resource, { session, root, place, results }: ResourceBuild): Promise<void> {
  const { source, value } = importOf(resource, root)
  const file = { path: resource.name, source, origin: 'bundle' } as const
  const bytes = Uint8Array.from(resource.bytes)
  const known = results.of(bytes)
  if (known) return session.tell(file, place, known)
  const wish = value === undefined ? undefined : session.wishOf(value, `an import of ${source ?? resource.name}`)
  const { bytes: smaller, receipt } = await session.shrink({ ...file, bytes, wish })
  if (receipt) session.tell(file, place, receipt)
  if (!smaller || !receipt) return
  resource.bytes = Array.from(smaller)
  results.add(receipt)
}

/** Which file a resource was imported from, and what the import asks of it. Farm makes one resource per query. */
function importOf({ origin }: Resource, root: string): Pick<Asset, 'source'> & { readonly value?: string } {
  if (origin.type !== 'Module') return { source: null }
  const path = origin.value.replace(/\?.*$/s, '')
  // Plugins that emit a file give it a path of their own.
  const source = existsSync(resolve(root, path)) ? path : null
  const taken = takeCompressQuery(origin.value)
  return taken ? { source, value: taken.value } : { source }
}

/**
 * Takes `?compress=` out of names. Farm gives a resource the query of its import as part of its name, which is how it
 * stands in style sheets; in JavaScript it was taken out while modules were transformed.
 */
export function withCleanNames(resources: Resources): Resources {
  const names = new Map<string, string>()
  const entries = Object.entries(resources).map(([name, resource]): [string, Resource] => {
    const query = resource.origin.type === 'Module' ? /\?.*$/s.exec(resource.origin.value)?.[0] : undefined
    const taken = query === undefined ? undefined : takeCompressQuery(query)
    if (query === undefined || !taken) return [name, resource]
    // In Farm's cache a style sheet has the name as it was, and the resource the one that we gave it.
    const file = name.replace(/\?.*$/s, '')
    const clean = file + taken.specifier
    names.set(file + query, clean)
    return [clean, { ...resource, name: clean }]
  })
  if (names.size === 0) return resources
  for (const [, resource] of entries) if (resource.resourceType === 'css') rename(resource, names)
  return Object.fromEntries(entries)
}

function rename(sheet: Resource, names: ReadonlyMap<string, string>): void {
  const before = Buffer.from(sheet.bytes).toString()
  const after = [...names].reduce((text, [name, clean]) => text.replaceAll(name, clean), before)
  if (after !== before) sheet.bytes = [...Buffer.from(after)]
}

/** The modules whose text is part of a resource. */
export function modulesIn(resources: Resources): Set<string> {
  return new Set(Object.values(resources).flatMap(({ info }) => info?.moduleIds ?? []))
}
