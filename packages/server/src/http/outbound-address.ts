/** Which addresses this server may connect to on behalf of a client: a registered URL must not open the server's own network. */
import { type AddressRange, isInRanges, parseAddress, rangesOf } from '../network/ip-address.ts'

/**
 * `public`: on the internet. `private`: in a network that the internet does not reach. `loopback`: this machine. `special`: an
 * address that no server has, or only one that its machine trusts without a check, such as the metadata service of a cloud.
 */
export type AddressKind = 'public' | 'private' | 'loopback' | 'special'

/** An address has the first kind whose ranges contain it. */
const kinds: readonly (readonly [kind: AddressKind, ranges: readonly AddressRange[]])[] = [
  // The registries of special-purpose addresses (RFC 6890), multicast (RFC 5771), and reserved addresses.
  [
    'special',
    rangesOf(
      '0.0.0.0/8',
      // Link-local, RFC 3927: the metadata services of clouds.
      '169.254.0.0/16',
      '192.0.0.0/24',
      '192.0.2.0/24',
      '192.88.99.0/24',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '224.0.0.0/3',
      // The metadata services of Alibaba Cloud, Azure and AWS.
      '100.100.100.200/32',
      '168.63.129.16/32',
      'fd00:ec2::254/128',
      // Teredo and others, documentation, 6to4. Teredo and 6to4 addresses contain IPv4 addresses.
      '2001::/23',
      '2001:db8::/32',
      '2002::/16',
      '3fff::/20',
    ),
  ],
  ['loopback', rangesOf('127.0.0.0/8', '::1/128')],
  // RFC 1918, RFC 6598, RFC 4193.
  ['private', rangesOf('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7')],
  // RFC 4291 §2.4, IANA: all other IPv6 addresses are special. Among them are those that contain an IPv4 address (RFC 4291
  // §2.5.5, RFC 6052): a connection would go to that address.
  ['public', rangesOf('0.0.0.0/0', '2000::/3')],
]

/** The kind of the address. Text that is no address is `special`. */
export function addressKind(text: string): AddressKind {
  const address = parseAddress(text)
  const found = address && kinds.find(([, ranges]) => isInRanges(address, ranges))
  return found?.[0] ?? 'special'
}
