const MIB = 2 ** 20

/** Largest file taken. It, what it decodes to and the result lie in memory together. */
export const MAX_FILE: number = 256 * MIB

/** Most indirect objects; each takes some hundred bytes. */
export const MAX_OBJECTS: number = 300_000

/** Most values in all of them; a value takes up to a hundred bytes. */
export const MAX_VALUES: number = 4_000_000

/** Deepest nesting of arrays and dictionaries, which are walked by recursion. */
export const MAX_DEPTH: number = 100

/** Longest decoded stream that is recompressed; a longer one stays as it is. */
export const MAX_STREAM: number = 128 * MIB

/** Most bytes decoded for one purpose over a whole file; streams behind that stay as they are. */
export const MAX_DECODED: number = 1024 * MIB

/** Longest object stream or cross-reference stream. */
export const MAX_INDEX_STREAM: number = 64 * MIB

/** Most bytes of the samples of one picture that gets row filters; they are held several times over. */
export const MAX_SAMPLES: number = 80 * MIB

/** Most pixels of one picture that is decoded. */
export const MAX_PICTURE_PIXELS: number = 50e6

/** Most pixels of all pictures that are packed anew; those behind that stay as they are. */
export const MAX_PACKED_PIXELS: number = 400e6

/** Most pixels of all pictures for which a quality is searched; those behind that are packed without loss. */
export const MAX_SEARCHED_PIXELS: number = 150e6
