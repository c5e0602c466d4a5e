import ipaddr from 'ipaddr.js'

/** Azure's wire server: an address like any other that answers with secrets of the machine that asks. */
const AZURE_WIRE_SERVER = '168.63.129.16'
/** Where the internet's IPv6 addresses are (RFC 4291); what lies outside is local, reserved or a form of IPv4. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/** Whether an address is one of the open internet: not private, local, reserved, or another spelling of such a one. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text) || hasStrayDots(text)) return false
  const address = ipaddr.process(text)
  if (address.range() !== 'unicast') return false
  if (address instanceof ipaddr.IPv4) return address.toString() !== AZURE_WIRE_SERVER
  return address.match(globalUnicast) && !isIsatap(address)
}

/** An IPv6 address with dots that is no mapped IPv4 one: old forms, which readers take in two ways. */
function hasStrayDots(text: string): boolean {
  return text.includes(':') && text.includes('.') && !/^::ffff:[\d.]+$/i.test(text)
}

/** An address that carries an IPv4 one behind `0:5efe` (RFC 5214) and leads to it where such tunnels are. */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return ((parts[4] ?? 0) & ~0x0200) === 0 && parts[5] === 0x5efe
}
