import { RemoteError } from '../util/remote-error.js'

/** What to say of a status that is no answer. @param access What to look at when access is refused. */
export function statusError(status: number, verb: 'read' | 'written', access: string): RemoteError {
  if (status >= 300 && status < 400) {
    const hint = 'Name the address that it leads to: secrets are sent to no other than the one that is configured.'
    return new RemoteError('refusal', `it leads elsewhere (${status}), which is not followed`, hint)
  }
  if (status === 401) return new RemoteError('refusal', 'it does not know who asks (401)', access)
  if (status === 403) {
    if (verb === 'written') return new RemoteError('read-only', 'it may only be read (403)', access)
    return new RemoteError('refusal', 'it must not be read (403)', access)
  }
  if (verb === 'written' && (status === 413 || status === 422)) {
    return new RemoteError('entry', `it does not take an entry (${status})`)
  }
  return new RemoteError('outage', `it answers with status ${status}`)
}
