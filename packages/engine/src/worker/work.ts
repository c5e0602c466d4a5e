import { UnreadableError } from '../codecs/codec.js'
import { sniff } from '../inspect/index.js'
import { isDocument } from '../inspect/names.js'
import type { Answer, Task } from '../pool/protocol.js'
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
        return await verify(task.bytes, task.result)
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return error instanceof UnreadableError ? { kind: 'broken', detail } : { kind: 'threw', detail }
  }
}

async function verify(source: Uint8Array, result: Uint8Array): Promise<Answer> {
  try {
    const why = await compare(source, result)
    return why === null ? { kind: 'verified', ok: true } : { kind: 'verified', ok: false, why }
  } catch (error) {
    if (!isUnreadable(error)) throw error
    return { kind: 'verified', ok: false, why: `it does not decode: ${error.message}` }
  }
}

function compare(source: Uint8Array, result: Uint8Array): Promise<Objection> {
  const format = sniff(source)
  return format !== null && isDocument(format) ? compareDocuments(format, source, result) : checkForeign(source, result)
}
