/** The network that a login-attempt budget counts for: an IPv4 address, or an IPv6 /64, because one customer usually has a whole /64. */
import ipaddr from 'ipaddr.js'
import { type IpAddress, isInRanges, parseAddress, rangesOf, unmapped } from '../network/ip-address.ts'

/** `::ffff:192.0.2.1` and `64:ff9b::192.0.2.1` count as `192.0.2.1`. Text that is no address counts as itself. */
export function networkOf(text: string): string {
  const address = parseAddress(text)
  const plain = address && untranslated(unmapped(address))
  if (!(plain instanceof ipaddr.IPv6)) return plain?.toString() ?? text
  const groups = plain.parts.slice(0, 4).map((part) => part.toString(16))
  return `${groups.join(':')}::/64`
}

/** RFC 6052 §2.1: to a network that has IPv6 alone, a translator shows each IPv4 client as an address of this one prefix. */
const translated = rangesOf('64:ff9b::/96')

function untranslated(address: IpAddress): IpAddress {
  if (!isInRanges(address, translated)) return address
  return new ipaddr.IPv4(address.toByteArray().slice(-4))
}
