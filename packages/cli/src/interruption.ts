import { signalCodes } from './exit-codes.js'

/**
 * Ends the process when somebody asks for it, between two steps and never within one: files are written without a pause,
 * so each is the old one or the new one.
 * @param before Called first.
 * @returns A function that takes this back.
 */
export function onInterruption(before: () => void): () => void {
  const removals = Object.entries(signalCodes).map(([signal, code]) => {
    const end = () => {
      before()
      process.exit(code)
    }
    process.once(signal, end)
    return () => process.off(signal, end)
  })
  return () => {
    for (const remove of removals) remove()
  }
}
