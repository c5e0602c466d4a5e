import { constants } from 'node:os'

/** What is wrong with a cache folder, in words for people. */
export interface Trouble {
  /** What happened and why. */
  readonly message: string
  /** What to do about it. */
  readonly hint: string
}

const elsewhere = 'set COMPRESS_FAST_CACHE_DIR to another folder'

/** What a failed file operation says about the cache in a folder. */
export function troubleOf(error: unknown, dir: string): Trouble {
  const { why, hint } = explain(codeOf(error), dir)
  const reason = why ?? (error instanceof Error ? error.message : String(error))
  return {
    message: `The compression cache in ${dir} is in trouble: ${reason}. The build goes on; new results are not kept.`,
    hint,
  }
}

function explain(code: string, dir: string): { why?: string; hint: string } {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return { why: `the disk is full (${code})`, hint: `Free some space, lower \`cache.maxSize\`, or ${elsewhere}.` }
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return {
        why: `the folder cannot be written to (${code})`,
        hint: `Allow this user to write there, or ${elsewhere}.`,
      }
    case 'ENOTDIR':
    case 'EEXIST':
      return { why: `a file stands where a folder belongs (${code})`, hint: `Remove the file ${dir}, or ${elsewhere}.` }
    case 'ELOOP':
      return {
        why: 'a symbolic link inside of it leads elsewhere, which is not followed',
        hint: `Remove ${dir}; it is made anew.`,
      }
    case 'ENOENT':
      return { why: 'the folder was removed during the build', hint: 'Do not clean caches while a build runs.' }
    case 'EMFILE':
    case 'ENFILE':
      return { why: `too many files are open (${code})`, hint: 'Raise the limit of open files, see `ulimit -n`.' }
    default:
      return { hint: `Remove ${dir} if this repeats, or ${elsewhere}.` }
  }
}

/** The code of a failed file operation, such as `ENOSPC`; empty for other errors. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const { code, errno } = error as NodeJS.ErrnoException
  // libuv has no name for "over quota" and hands the bare number through.
  if (errno !== undefined && -errno === constants.errno.EDQUOT) return 'EDQUOT'
  return code ?? ''
}
