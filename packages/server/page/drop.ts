/** Takes files that are dropped anywhere on the page: next to the target must not mean that the page is left. */
export function watchDrops(
  target: HTMLElement,
  onFiles: (files: readonly File[]) => void,
  onTrouble: (words: string) => void,
): void {
  // Entering a child comes before leaving its parent.
  let depth = 0
  const mark = () => target.classList.toggle('over', depth > 0)

  addEventListener('dragenter', (event) => {
    if (!hasFiles(event)) return
    depth += 1
    mark()
  })
  addEventListener('dragleave', (event) => {
    if (!hasFiles(event)) return
    depth -= 1
    mark()
  })
  addEventListener('dragover', (event) => {
    if (hasFiles(event)) event.preventDefault()
  })
  addEventListener('drop', (event) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    depth = 0
    mark()
    const dropped = [...(event.dataTransfer?.items ?? [])].filter(({ kind }) => kind === 'file')
    const files = dropped
      .filter((item) => !item.webkitGetAsEntry()?.isDirectory)
      .flatMap((item) => item.getAsFile() ?? [])
    onFiles(files)
    if (files.length < dropped.length) onTrouble('Folders are not taken. Drop the files that are in them.')
  })
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false
}
