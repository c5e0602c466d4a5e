import { createEngine } from '../../lib/index.js'

// The program under stress: it does what a server would, and nothing to protect itself.

/** @typedef {import('./protocol.js').Question} Question */

process.on('warning', (warning) => console.error(warning.stack))

/** @type {import('../../lib/index.js').Engine | undefined} */
let engine

process.on('message', async (/** @type {Question} */ question) => {
  if (question.kind === 'open') {
    engine = createEngine(question.options)
  } else if (question.kind === 'compress') {
    const { id, bytes, options } = question
    const before = Buffer.from(bytes)
    const started = performance.now()
    const result = await engine?.compress(bytes, options)
    const ms = performance.now() - started
    // A result that is the input need not travel back.
    const untouched = result?.bytes === bytes && before.equals(bytes)
    process.send?.({
      kind: 'result',
      id,
      ms,
      untouched,
      result: { ...result, bytes: untouched ? null : result?.bytes },
    })
  } else {
    await engine?.close()
    process.send?.({ kind: 'closed', pids: engine?.pids() ?? [] })
    // Whatever keeps the program alive from here on is a leak.
    process.disconnect()
  }
})

process.send?.({ kind: 'ready' })
