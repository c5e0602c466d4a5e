import type { Outcome } from '../types.js'

/** What the codes of `reason` mean, as clauses that follow a file's name. */
const meanings: Partial<Record<string, string>> = {
  'no-gain': 'No smaller result was found at this quality.',
  'small-gain': 'A smaller result was found, which saves less than `minSavings` asks for.',
  'too-small': 'Smaller than `minSize`.',
  excluded: 'Left out by `include`, `exclude`, `formats` or `?compress=off`.',
  'already-compressed': 'Compressed before: our own result came back as input.',
  'unsupported-format': 'Nothing here makes this format smaller.',
  'unsupported-variant': 'A variant of the format that is not taken apart here.',
  'unsupported-settings': 'The engine cannot promise what these settings ask for.',
  'no-encoder': 'There is no encoder for this format here.',
  'private-data': 'Private fields of the file could point to places that would move.',
  ambiguous: 'Readers show it in different ways.',
  deadline: 'Not done within `deadline`. A later build takes it from there.',
  'lfs-pointer': 'Git LFS left a pointer in place of the file. Run `git lfs pull`.',
  'broken-asset': 'Damaged, incomplete or empty.',
  'too-many-pixels': 'Decoding it would take more than 50 megapixels.',
  animated: 'Animations of this format are not re-encoded.',
  'high-bit-depth': 'More than 8 bits per channel or HDR, which the encoder would lose.',
  'embedded-data': 'A motion photo, a gain map of an unknown form or other data is attached, which would be lost.',
  'colour-model': 'CMYK or another colour model, which the encoder would convert.',
  'active-content': 'It loads other files, and could change in meaning.',
  signed: 'A digital signature covers it, which every change would break.',
  encrypted: 'A password protects it.',
  portfolio: 'The PDF is a collection of files.',
  'dynamic-form': 'The PDF makes its pages from a form’s data.',
  'unsafe-archive': 'Readers could take its parts in different ways.',
  'too-large': 'It would unpack to more than is allowed.',
  'engine-timeout': 'The engine took too long, and was stopped.',
  'engine-crashed': 'The engine’s process died at it.',
  'engine-quarantined': 'It killed two processes of the engine, and is left alone from then on.',
  'engine-failed': 'The engine could not work on it.',
  'engine-unavailable': 'The engine cannot work here.',
  'key-rejected': 'The service does not take the key, or there is none.',
  'credits-spent': 'The account of the service has no credits left.',
  'credit-limit': 'The build may spend no more credits.',
  'service-unavailable': 'The service could not be reached.',
  'service-busy': 'The service was too busy.',
  'job-failed': 'The service could not work on it.',
  'job-refused': 'The service refused it.',
  'job-lost': 'The service lost it.',
  'job-timeout': 'The service took too long.',
  'upload-uncertain': 'Whether the service got it cannot be known, and it is not paid for twice.',
  'write-failed': 'A smaller result was found, which could not be written.',
  'changed-meanwhile': 'Somebody else changed it during the run.',
  'not-locked': '`frozen` is set, and the lock file does not have it.',
  'locked-otherwise':
    '`frozen` is set, and the lock file has it under other settings, or of another engine or version.',
  'not-cached': '`frozen` is set, and no cache has the result.',
  'cached-otherwise': '`frozen` is set, and the result is another one than the lock file names.',
  'result-rejected': 'The result was not as good as the original.',
}

/** Why a file ships as it was, in words; `null` for one that was compressed. An engine of the user has its own codes. */
export function reasonText({ outcome, reason }: Pick<Outcome, 'outcome' | 'reason'>): string | null {
  if (outcome === 'compressed') return null
  if (reason === null) return 'It ships as it was.'
  return meanings[reason] ?? `Reason: ${reason}.`
}
