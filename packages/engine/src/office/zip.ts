/** What the central directory says of an entry. Byte ranges are views. */
export interface CentralEntry {
  readonly name: string
  readonly nameBytes: Uint8Array
  /** Who wrote it and for which system, two bytes. */
  readonly madeBy: number
  readonly flags: number
  readonly method: number
  /** MS-DOS time and date, four bytes. */
  readonly time: number
  readonly crc: number
  readonly packedSize: number
  readonly size: number
  readonly internalAttributes: number
  readonly externalAttributes: number
  readonly offset: number
  readonly extra: Uint8Array
  readonly comment: Uint8Array
}

/** An entry with its data, still packed. */
export interface ZipEntry extends CentralEntry {
  readonly data: Uint8Array
  readonly localExtra: Uint8Array
}

export interface Zip {
  /** In the order of the central directory. */
  readonly entries: readonly ZipEntry[]
  readonly comment: Uint8Array
}
