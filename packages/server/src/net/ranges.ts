import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/**
 * An address or a CIDR range.
 * @throws when it is neither.
 */
export function parseRange(text: string): [Address, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text)
  const address = ipaddr.process(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** Whether an address lies in one of the given addresses and ranges. */
export function isInRanges(text: string, ranges: readonly string[]): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.process(text)
  return ranges.some((range) => {
    const [network, bits] = parseRange(range)
    return network.kind() === address.kind() && address.match(network, bits)
  })
}
