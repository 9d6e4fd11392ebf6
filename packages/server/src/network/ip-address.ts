/** Reads IP addresses and CIDR ranges, and tells whether an address is in a range. */
import { isIP, isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6

/** The first address of the range, and the length of its prefix in bits. */
export type AddressRange = [address: IpAddress, prefix: number]

/** The address without its zone (RFC 4007 §11); `undefined` when the text is no address. */
export function parseAddress(text: string): IpAddress | undefined {
  // ipaddr.js also reads `127.1` and `0x7f000001`, which programs read in different ways.
  return isIP(text) === 0 ? undefined : ipaddr.parse(text.replace(/%.*$/, ''))
}

/** A range in CIDR notation, or a single address as a range of one; `undefined` when the text is neither. */
export function parseRange(text: string): AddressRange | undefined {
  const [address = ''] = text.split('/')
  // A range with a zone would match in every zone.
  if (isIP(address) === 0 || address.includes('%')) return undefined
  const range = text === address ? `${text}/${isIPv4(text) ? 32 : 128}` : text
  return ipaddr.isValidCIDR(range) ? ipaddr.parseCIDR(range) : undefined
}

/** The ranges of texts that are known to be ranges. @throws TypeError when one is not */
export function rangesOf(...texts: readonly string[]): AddressRange[] {
  return texts.map((text) => {
    const range = parseRange(text)
    if (!range) throw new TypeError(`${text} is not an IP address range`)
    return range
  })
}

/** RFC 4291 §2.5.5.2: `::ffff:192.0.2.1` stands for `192.0.2.1`. */
export function unmapped(address: IpAddress): IpAddress {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address
}

/** Whether one of the ranges contains the address. An IPv4 range contains no IPv6 address. */
export function isInRanges(address: IpAddress, ranges: readonly AddressRange[]): boolean {
  return ranges.some((range) => address.kind() === range[0].kind() && address.match(range))
}
