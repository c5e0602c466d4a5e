import { sniff } from '@compress-fast/engine/sniff'

/** As many bytes of a file as tell what it is. */
export const headSize = 65_536

/** Files of more bytes are not read before their head has been looked at. */
export const largeSize: number = 16 * headSize

/**
 * Beginnings of Office files: a zip whose first entry is one of theirs. Which kind they are is told by their end, so they
 * are read to it; a large archive of other things is not.
 */
const officeStart = /^PK.{28}(?:\[Content_Types\]\.xml|(?:_rels|docProps|customXml|word|ppt|xl)\/)/s

/** Whether the first bytes of a file leave open that it is one of ours. */
export function beginsLikeOurs(head: Buffer): boolean {
  return sniff(head) !== null || officeStart.test(head.toString('latin1', 0, 64))
}
