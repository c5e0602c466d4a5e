import { part } from './dom.js'

/** What the script works on, checked when it starts. */
export const parts = {
  settings: part(document, '#settings', HTMLFormElement),
  key: part(document, '#key', HTMLInputElement),
  keyNote: part(document, '#key-note', HTMLElement),
  choose: part(document, '#choose', HTMLInputElement),
  notice: part(document, '#notice', HTMLElement),
  results: part(document, '#results', HTMLElement),
  figures: part(document, '#figures', HTMLElement),
  saved: part(document, '#saved', HTMLElement),
  sizes: part(document, '#sizes', HTMLElement),
  counts: part(document, '#counts', HTMLElement),
  saveAll: part(document, '#save-all', HTMLButtonElement),
  clear: part(document, '#clear', HTMLButtonElement),
  files: part(document, '#files', HTMLUListElement),
}

const size = part(document, '#size', HTMLSelectElement)
const png = part(document, '#png', HTMLSelectElement)

/** Options of the API that the choices stand for, by name. */
export function readWishes(): Record<string, unknown> {
  return {
    ...(size.value !== 'off' && { resize: { enabled: true, mode: 'pixels', preset: size.value, value: null } }),
    smartCompression: { enabled: true, mode: png.value },
  }
}
