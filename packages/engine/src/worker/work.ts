import { UnreadableError } from '../codecs/codec.js'
import { sniff } from '../inspect/index.js'
import { isDocument } from '../inspect/names.js'
import type { Answer, Task, VerifyTask } from '../pool/protocol.js'
import { checkForeign, type Objection } from './check.js'
import { compareDocuments, compressDocument } from './documents.js'
import { compressPicture, isUnreadable } from './picture.js'

/** Does a task. Never throws: whatever goes wrong is part of the answer. */
export async function work(task: Task): Promise<Answer> {
  try {
    switch (task.kind) {
      case 'compress':
        return await compressPicture(task)
      case 'document':
        return await compressDocument(task)
      case 'verify':
        return await verify(task)
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return error instanceof UnreadableError ? { kind: 'broken', detail } : { kind: 'threw', detail }
  }
}

async function verify(task: VerifyTask): Promise<Answer> {
  try {
    const why = await compare(task)
    return why === null ? { kind: 'verified', ok: true } : { kind: 'verified', ok: false, why }
  } catch (error) {
    if (!isUnreadable(error)) throw error
    return { kind: 'verified', ok: false, why: `it does not decode: ${error.message}` }
  }
}

function compare({ bytes, result, resize }: VerifyTask): Promise<Objection> {
  const format = sniff(bytes)
  const isOne = format !== null && isDocument(format)
  return isOne ? compareDocuments(format, bytes, result, resize) : checkForeign(bytes, result, resize)
}
