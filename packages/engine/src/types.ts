/** What bytes are, told by content. Listed formats are recognised; `compressible` says which ones shrink. */
export type Format =
  | 'jpeg'
  | 'png'
  | 'gif'
  | 'webp'
  | 'avif'
  | 'svg'
  | 'heic'
  | 'tiff'
  | 'bmp'
  | 'ico'
  | 'pdf'
  | 'docx'
  | 'pptx'
  | 'xlsx'

/**
 * How close a result must stay to its source, as a SSIMULACRA2 score: `'high'` is 90, `'balanced'` 80, `'small'` 70,
 * a number from 1 to 100 is itself. `'lossless'` changes no pixel.
 */
export type Quality = 'lossless' | 'high' | 'balanced' | 'small' | number

/** CPU time spent on looking for a smaller result. */
export type Effort = 'fast' | 'balanced' | 'max'

/**
 * What of a file's metadata stays. Orientation and colour profile stay always, because they change how the picture
 * looks. `'safe'` keeps copyright fields too, `'all'` everything, `'none'` nothing more.
 */
export type Metadata = 'safe' | 'all' | 'none'

/** Why bytes were left as they are, although nothing went wrong. Stable codes; the same input gives the same one. */
export type KeptReason =
  /** No encoder found fewer bytes at the wanted quality. */
  | 'no-gain'
  /** The format is not known, or nothing here compresses it. */
  | 'unsupported-format'
  /** A HEIC, whose pictures take an HEVC encoder, and none is part of this engine. */
  | 'no-encoder'
  /**
   * A variant of the format that is not taken apart here: JPEG, CCITT or other foreign compression in a TIFF, a BigTIFF,
   * an OS/2 bitmap, an interlaced APNG.
   */
  | 'unsupported-variant'
  /** A TIFF with private tags, whose values may be places in the file that would move. */
  | 'private-data'
  /** A picture that readers show in different ways: a bitmap or icon with contradicting transparency. */
  | 'ambiguous'
  /** Decoding would take more pixels than allowed. */
  | 'too-many-pixels'
  /** An animation in a format whose animations are not touched (AVIF sequences). */
  | 'animated'
  /** More than 8 bits per channel, HDR or wide colour that the encoder would lose. */
  | 'high-bit-depth'
  /** An Ultra HDR gain map, a motion photo or other data behind the picture. */
  | 'embedded-data'
  /** CMYK or another colour model that the encoder would convert. */
  | 'colour-model'
  /** An SVG that the optimiser could change in meaning. */
  | 'active-content'
  /** A document under a digital signature, which every change would break. */
  | 'signed'
  /** A document that asks for a password, or would. */
  | 'encrypted'
  /** A PDF that is a collection of files. */
  | 'portfolio'
  /** A PDF whose pages readers make anew from a form's data. */
  | 'dynamic-form'
  /** An Office file whose parts readers could take in different ways. */
  | 'unsafe-archive'
  /** A document that would unpack to more than is allowed. */
  | 'too-large'

/** Why a file could not be worked on. Never remembered: the next call tries again. */
export type FailedReason =
  /** The bytes are not a complete, readable file of their format. */
  | 'broken'
  /** The job took longer than its deadline and its process was killed. */
  | 'timeout'
  /** The process that worked on the file died. */
  | 'crashed'
  /** Two processes were lost over the file, which is left alone from then on. */
  | 'quarantined'

export type Reason = KeptReason | FailedReason
