/** A part of the page that has to be there. @throws {Error} when the markup and the script do not fit together. */
export function part<T extends Element>(root: ParentNode, selector: string, type: new () => T): T {
  const found = root.querySelector(selector)
  if (found instanceof type) return found
  throw new Error(`The page has no ${selector}.`)
}

/** Has the browser save bytes under a name. */
export function save(bytes: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(bytes)
  link.download = name
  link.click()
  // The browser has begun by then, and holds the bytes itself.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
