/**
 * Behind a document type declaration that begins at or before `from`, -1 when it does not end. Quoted texts, comments
 * and the internal subset between brackets may hold `>`.
 */
export function afterDoctype(xml: string, from: number): number {
  const stops = /["'[\]>]|<!--/g
  stops.lastIndex = from
  let inside = false
  for (let stop = stops.exec(xml); stop; stop = stops.exec(xml)) {
    const [found] = stop
    if (found === '[' || found === ']') inside = found === '['
    else if (found === '>') {
      if (!inside) return stops.lastIndex
    } else {
      const close = found === '<!--' ? '-->' : found
      const end = xml.indexOf(close, stops.lastIndex)
      if (end < 0) return -1
      stops.lastIndex = end + close.length
    }
  }
  return -1
}
