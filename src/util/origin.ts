/** What is wrong with an address that secrets are to be sent to, or the address. */
export type CheckedAddress = { readonly url: URL } | { readonly problem: string }

/**
 * Looks at an address that is to get secrets: https, or http to this very machine; no user name, query or fragment. Its
 * path keeps no slash at the end.
 */
export function checkAddress(text: string): CheckedAddress {
  if (!URL.canParse(text)) return { problem: 'it is no address' }
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return { problem: 'only https is safe outside of this machine' }
  }
  if (url.username !== '' || url.password !== '') return { problem: 'it holds a user name or password' }
  if (url.search !== '' || url.hash !== '') return { problem: 'it has a query or fragment' }
  url.pathname = url.pathname.replace(/\/+$/, '')
  return { url }
}

/** Whether a host name, as `URL` spells it, is this machine: RFC 6761 for `localhost`, RFC 5735 and RFC 4291 for the rest. */
export function isLoopback(hostname: string): boolean {
  if (hostname === '[::1]' || hostname === 'localhost' || hostname.endsWith('.localhost')) return true
  return /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
}
