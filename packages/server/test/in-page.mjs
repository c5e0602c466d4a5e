// These run in the page.

/**
 * Files as they hang on a pointer that drags them.
 *
 * @param {{ name: string, text: string }[]} files their bytes in base64
 */
export function transferOf(files) {
  const transfer = new DataTransfer()
  for (const { name, text } of files) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
    transfer.items.add(new File([bytes], name, { type: name.endsWith('.svg') ? 'image/svg+xml' : '' }))
  }
  return transfer
}

/** Writes down whatever is said of a file from now on, however short it is said. */
export function noteStates() {
  const said = []
  globalThis.said = said
  new MutationObserver(() => {
    for (const { textContent } of document.querySelectorAll('.state')) said.push(textContent)
  }).observe(document.body, { childList: true, subtree: true, characterData: true })
}
