import { type Dict, Name, type Stream } from './values.js'

/** Puts other bytes into a stream, with the filter that undoes them. */
export function rewrite(stream: Stream, raw: Uint8Array, filter: string | null, parms: Dict | null): void {
  const { dict } = stream
  for (const key of ['Filter', 'DecodeParms', 'DP', 'DL', 'Length']) dict.delete(key)
  stream.raw = raw
  if (filter !== null) dict.set('Filter', new Name(filter))
  if (parms !== null) dict.set('DecodeParms', parms)
}
