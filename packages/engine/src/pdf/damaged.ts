/** The file breaks a rule of its format, so that readers guess and need not guess alike. */
export class DamagedPdfError extends Error {
  override readonly name = 'DamagedPdfError'
}

/** Reading on would take more than is allowed. */
export class PdfTooLargeError extends Error {
  override readonly name = 'PdfTooLargeError'
}
