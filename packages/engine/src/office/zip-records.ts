/** Signatures, sizes and flags of zip records (APPNOTE 6.3.10, sections 4.3 and 4.4). */
export const signature = {
  local: 'PK\x03\x04',
  descriptor: 'PK\x07\x08',
  central: 'PK\x01\x02',
  centralSignature: 'PK\x05\x05',
  end: 'PK\x05\x06',
  end64: 'PK\x06\x06',
  locator64: 'PK\x06\x07',
} as const

export const recordSize = { local: 30, central: 46, end: 22, end64: 56, locator64: 20 } as const

export const flag = {
  encrypted: 0x0001,
  /** Sizes and checksum stand behind the data. */
  descriptor: 0x0008,
  patch: 0x0020,
  strongEncryption: 0x0040,
  utf8: 0x0800,
  maskedHeaders: 0x2000,
} as const

export const method = { stored: 0, deflated: 8, aes: 99 } as const

/** Extra fields that are told apart. */
export const extraId = {
  zip64: 0x0001,
  /** Padding that Microsoft's writer leaves to grow into. */
  growthHint: 0xa220,
  /** Padding that aligns data. */
  alignment: 0xd935,
  unicodeComment: 0x6375,
  unicodePath: 0x7075,
  strongEncryption: 0x0017,
  aes: 0x9901,
} as const

/** In a 16 or 32 bit field: the number stands in the zip64 extra field. */
export const elsewhere = { u16: 0xffff, u32: 0xffffffff } as const

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
