/** The network that a login-attempt budget counts for: an IPv4 address, or an IPv6 /64, because one customer usually has a whole /64. */
import ipaddr from 'ipaddr.js'
import { parseAddress, unmapped } from '../network/ip-address.ts'

/** `::ffff:192.0.2.1` counts as `192.0.2.1`. Text that is no address counts as itself. */
export function networkOf(text: string): string {
  const address = parseAddress(text)
  const plain = address && unmapped(address)
  if (!(plain instanceof ipaddr.IPv6)) return plain?.toString() ?? text
  const groups = plain.parts.slice(0, 4).map((part) => part.toString(16))
  return `${groups.join(':')}::/64`
}
